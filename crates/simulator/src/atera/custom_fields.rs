//! The definitions of custom fields: all six types, more on tickets than the destination can hold, names in several
//! scripts. A definition has no id: target and name are its identity. Values stand in `custom_values`.

use serde_json::{Value, json};

/// What a definition is about, as `Target` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Ticket,
    Customer,
    Contact,
    Contract,
    Agent,
}

/// The type of a definition, as `DataType` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataType {
    Text,
    Numeric,
    Boolean,
    Date,
    Options,
    OptionsWithDependencies,
}

/// One definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition {
    pub(crate) target: Target,
    pub(crate) name: &'static str,
    pub(crate) data_type: DataType,
    /// Texts to choose from.
    pub(crate) options: &'static [&'static str],
}

/// The field that carries the unlisted option text of one ticket.
pub(crate) const WITH_UNLISTED_OPTION: &str = "Environment";

/// An option text no definition lists.
pub(crate) const UNLISTED_OPTION: &str = "Legacy (retired)";

/// The options of the dependent field with the option of the parent field each belongs to.
const DEPENDENT: [(&str, &str); 4] =
    [("Printer", "Hardware"), ("Laptop", "Hardware"), ("Browser", "Software"), ("Mail client", "Software")];

const TICKET_FIELDS: [(&str, DataType); 30] = [
    ("Asset Tag", DataType::Text),
    ("Estimated Hours", DataType::Numeric),
    ("VIP Caller", DataType::Boolean),
    ("Planned Date", DataType::Date),
    ("Environment", DataType::Options),
    ("Category", DataType::OptionsWithDependencies),
    ("Subcategory", DataType::OptionsWithDependencies),
    ("Serial Number", DataType::Text),
    ("Affected Users", DataType::Numeric),
    ("On Site Visit", DataType::Boolean),
    ("Installed On", DataType::Date),
    ("Severity Class", DataType::Options),
    ("מספר לקוח", DataType::Text),
    ("備考", DataType::Text),
    ("Vendor / Contract", DataType::Text),
    ("Cost", DataType::Numeric),
    ("Warranty", DataType::Boolean),
    ("Warranty Until", DataType::Date),
    ("Region", DataType::Options),
    ("Building", DataType::Text),
    ("Room", DataType::Text),
    ("Purchase Order", DataType::Text),
    ("Temperature Δ", DataType::Numeric),
    ("Escalated", DataType::Boolean),
    ("Follow Up", DataType::Date),
    ("Product Line", DataType::Options),
    ("Downtime Minutes", DataType::Numeric),
    ("Billable Change", DataType::Boolean),
    ("Root Cause Notes", DataType::Text),
    ("External Reference", DataType::Text),
];

const OTHER_FIELDS: [(Target, &str, DataType); 9] = [
    (Target::Customer, "Account Tier", DataType::Options),
    (Target::Customer, "Renewal Date", DataType::Date),
    (Target::Customer, "Seats", DataType::Numeric),
    (Target::Customer, "Managed", DataType::Boolean),
    (Target::Customer, "Account Manager", DataType::Text),
    (Target::Contact, "Preferred Language", DataType::Options),
    (Target::Contact, "Badge Number", DataType::Text),
    (Target::Contract, "Cost Center", DataType::Text),
    (Target::Agent, "Rack", DataType::Text),
];

/// Every definition of the account, in the order the API lists them.
pub(crate) fn all() -> impl Iterator<Item = Definition> {
    let ticket = TICKET_FIELDS.iter().map(|(name, data_type)| (Target::Ticket, *name, *data_type));
    let fields = ticket.chain(OTHER_FIELDS.iter().copied());
    fields.map(|(target, name, data_type)| Definition { target, name, data_type, options: options(name) })
}

/// The definitions of one target.
pub(crate) fn of(target: Target) -> Vec<Definition> {
    all().filter(|definition| definition.target == target).collect()
}

/// The definition as the API writes it.
pub(crate) fn row(definition: &Definition) -> Value {
    let parent_of =
        |option: &str| DEPENDENT.iter().find(|(text, _)| *text == option).map(|(_, parent)| *parent);
    let option = |(at, text): (usize, &&str)| json!({"Value": (at + 1).to_string(), "Text": text, "ParentName": parent_of(text)});
    let possible: Vec<Value> = definition.options.iter().enumerate().map(option).collect();
    json!({
        "Name": definition.name,
        "DataType": format!("{:?}", definition.data_type),
        "Target": format!("{:?}", definition.target),
        "PossibleValues": possible,
        "ParentAttributeName": (definition.name == "Subcategory").then_some("Category"),
    })
}

fn options(name: &str) -> &'static [&'static str] {
    match name {
        "Environment" => &["Production", "Staging", "Test"],
        "Severity Class" => &["A", "B", "C"],
        "Region" => &["EMEA", "APAC", "Americas", "מזרח תיכון"],
        "Product Line" => &["Basic", "Plus", "Pro, yearly"],
        "Category" => &["Hardware", "Software"],
        "Subcategory" => &["Printer", "Laptop", "Browser", "Mail client"],
        "Account Tier" => &["Gold", "Silver", "Bronze"],
        "Preferred Language" => &["English", "עברית", "日本語"],
        _ => &[],
    }
}
