//! The twelve technicians. Atera lists them nowhere: they are seen on tickets, comments and work hours only,
//! one of them only on comments and one only on work hours.

/// How many there are.
pub(crate) const COUNT: i64 = 12;

/// Numbers 1 to this are ever assigned a ticket.
pub(crate) const ASSIGNABLE: i64 = 10;

/// Seen on comments only.
pub(crate) const ONLY_COMMENTS: i64 = 11;

/// Seen on work hours only.
pub(crate) const ONLY_WORK_HOURS: i64 = 12;

/// One technician as records name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Technician {
    pub(crate) id: i64,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    /// Upper case for some, with spaces around for one, blank for one.
    pub(crate) email: String,
    pub(crate) role: &'static str,
    pub(crate) active: bool,
}

impl Technician {
    /// `TechnicianFullName`.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The technician with a number from 1 to 12.
pub(crate) fn technician(number: i64) -> Technician {
    let (first_name, last_name) = match number {
        1 => ("Noa", "Levi"),
        2 => ("Daniel", "Okafor"),
        3 => ("Maya", "Cohen"),
        4 => ("Jonas", "Weber"),
        5 => ("Aiko", "Tanaka"),
        6 => ("Sofia", "Marques"),
        7 => ("Liam", "O'Brien"),
        8 => ("דנה", "מזרחי"),
        9 => ("Priya", "Nair"),
        10 => ("Tom", "Berg"),
        11 => ("Chloé", "Dubois"),
        _ => ("Ken", "Adler"),
    };
    let plain = format!("tech{number}@msp.example");
    let email = match number {
        4 | 7 => plain.to_uppercase(),
        5 => format!(" {plain} "),
        10 => String::new(),
        _ => plain,
    };
    let role = match number {
        1 => "Administrator",
        2..=9 => "Technician",
        _ => "Viewer",
    };
    Technician { id: 9_000 + number, first_name, last_name, email, role, active: number != 9 }
}
