//! A row of a document: its fields are the document's columns, in this order and under these names.

/// A row of a table that is a document.
pub trait Row {
    /// Name of the file.
    const FILE: &'static str;
    /// The columns.
    const HEADER: &'static [&'static str];

    /// The cells, one for each column.
    fn cells(&self) -> Vec<&str>;
}

/// Declares a row: a struct of texts whose fields are the columns.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident in $file:literal { $($(#[$meaning:meta])* $field:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$meaning])* pub $field: String,)+
        }

        impl crate::row::Row for $name {
            const FILE: &'static str = $file;
            const HEADER: &'static [&'static str] = &[$(stringify!($field)),+];

            fn cells(&self) -> Vec<&str> {
                vec![$(self.$field.as_str()),+]
            }
        }

        #[cfg(test)]
        impl $name {
            /// The same text in every column.
            pub(crate) fn filled(text: &str) -> Self {
                Self { $($field: text.to_owned()),+ }
            }
        }
    };
}

pub(crate) use row;

/// `yes`, `no`, or nothing where the source does not say.
#[must_use]
pub fn yes_or_no(flag: Option<bool>) -> String {
    match flag {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
    .to_owned()
}
