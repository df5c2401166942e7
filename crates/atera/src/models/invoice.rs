//! An invoice, read for the billing inventory. It carries no customer id; nobody may guess one from a name
//! here.

use serde::Deserialize;

use super::Row;
use crate::decimal::Decimal;
use crate::lenient;
use crate::stamp::Stamp;

/// An invoice. Texts are none when null or empty; money is decimal text in `currency`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Invoice {
    /// The invoice's id (a UUID).
    #[serde(rename = "InvoiceId", deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// Number.
    #[serde(rename = "InvoiceNumber", deserialize_with = "lenient::whole")]
    pub number: Option<i64>,
    /// Number as printed.
    #[serde(rename = "InvoiceNumberAsString", deserialize_with = "lenient::text")]
    pub printed_number: Option<String>,
    /// Made by hand, outside a contract.
    #[serde(deserialize_with = "lenient::flag")]
    pub is_adhoc: Option<bool>,
    /// Total with tax.
    #[serde(deserialize_with = "lenient::decimal")]
    pub total: Option<Decimal>,
    /// Total without tax.
    #[serde(deserialize_with = "lenient::decimal")]
    pub subtotal: Option<Decimal>,
    /// Tax.
    #[serde(deserialize_with = "lenient::decimal")]
    pub tax: Option<Decimal>,
    /// Tax in percent.
    #[serde(deserialize_with = "lenient::decimal")]
    pub tax_percentage: Option<Decimal>,
    /// Date of issue.
    #[serde(deserialize_with = "lenient::stamp")]
    pub invoice_date: Option<Stamp>,
    /// First day billed.
    #[serde(deserialize_with = "lenient::stamp")]
    pub period_start_date: Option<Stamp>,
    /// Last day billed.
    #[serde(deserialize_with = "lenient::stamp")]
    pub period_end_date: Option<Stamp>,
    /// The contract's name.
    #[serde(deserialize_with = "lenient::text")]
    pub contract_name: Option<String>,
    /// Currency.
    #[serde(deserialize_with = "lenient::text")]
    pub currency: Option<String>,
    /// Lines, in order.
    #[serde(deserialize_with = "lenient::list")]
    pub line_items: Vec<InvoiceLine>,
    /// Who sends it.
    pub from: Option<InvoiceParty>,
    /// Who receives it.
    pub to: Option<InvoiceParty>,
}

/// One line of an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct InvoiceLine {
    /// Product.
    #[serde(deserialize_with = "lenient::text")]
    pub product: Option<String>,
    /// Description.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// How many.
    #[serde(deserialize_with = "lenient::decimal")]
    pub quantity: Option<Decimal>,
    /// Price of one.
    #[serde(deserialize_with = "lenient::decimal")]
    pub rate: Option<Decimal>,
    /// Total with tax.
    #[serde(deserialize_with = "lenient::decimal")]
    pub total: Option<Decimal>,
    /// Total without tax.
    #[serde(deserialize_with = "lenient::decimal")]
    pub subtotal: Option<Decimal>,
    /// Tax.
    #[serde(deserialize_with = "lenient::decimal")]
    pub tax: Option<Decimal>,
    /// Discount in percent.
    #[serde(deserialize_with = "lenient::decimal")]
    pub discount_percentage: Option<Decimal>,
}

/// A party of an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct InvoiceParty {
    /// Company.
    #[serde(deserialize_with = "lenient::text")]
    pub company_name: Option<String>,
    /// Person.
    #[serde(deserialize_with = "lenient::text")]
    pub contact_full_name: Option<String>,
    /// Address.
    #[serde(deserialize_with = "lenient::text")]
    pub email: Option<String>,
    /// Country.
    #[serde(deserialize_with = "lenient::text")]
    pub country: Option<String>,
    /// Postal code; declared a number, which drops leading zeros at the source.
    #[serde(deserialize_with = "lenient::text")]
    pub zip_code: Option<String>,
}

impl Row for Invoice {
    fn key(&self) -> Option<String> {
        self.id.clone().or_else(|| self.number.map(|n| n.to_string()))
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.invoice_date, &mut self.period_start_date, &mut self.period_end_date]
    }
}
