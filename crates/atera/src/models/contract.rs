//! A contract. The source keeps its SLA, tax and notes write-only, so they never appear here.

use serde::Deserialize;

use super::{RateItem, Row, numeric, rate_item};
use crate::decimal::Decimal;
use crate::lenient;
use crate::stamp::Stamp;

/// A contract. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Contract {
    /// The contract's id.
    #[serde(rename = "ContractID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// The customer.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::id")]
    pub customer_id: Option<i64>,
    /// Copy of the customer's name.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// Name.
    #[serde(rename = "ContractName", deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `RetainerFlatFee`, `Hourly`, `BlockHours`, `BlockMoney`, `RemoteMonitoring`, `OnlineBackup`,
    /// `ProjectOneTimeFee`, `ProjectHourlyRate`, or one not known yet.
    #[serde(rename = "ContractType", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    /// In force.
    #[serde(deserialize_with = "lenient::flag")]
    pub active: Option<bool>,
    /// The customer's default contract.
    #[serde(deserialize_with = "lenient::flag")]
    pub default: Option<bool>,
    /// Taxed.
    #[serde(deserialize_with = "lenient::flag")]
    pub taxable: Option<bool>,
    /// First day.
    #[serde(deserialize_with = "lenient::stamp")]
    pub start_date: Option<Stamp>,
    /// Last day.
    #[serde(deserialize_with = "lenient::stamp")]
    pub end_date: Option<Stamp>,
    retainer_flat_fee_contract: Option<ContractTerms>,
    hourly_contract: Option<ContractTerms>,
    block_hours_contract: Option<ContractTerms>,
    block_money_contract: Option<ContractTerms>,
    remote_monitoring_contract: Option<ContractTerms>,
    online_backup_contract: Option<ContractTerms>,
    project_one_time_fee_contract: Option<ContractTerms>,
    project_hourly_rate_contract: Option<ContractTerms>,
}

/// The terms of one contract type; only the members of that type are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct ContractTerms {
    /// `Monthly`, `Yearly`, `OnDemand`, ...
    #[serde(deserialize_with = "lenient::text")]
    pub billing_period: Option<String>,
    /// How many (retainer).
    #[serde(deserialize_with = "lenient::decimal")]
    pub quantity: Option<Decimal>,
    /// Hours included (block of hours).
    #[serde(deserialize_with = "lenient::decimal")]
    pub hours_included: Option<Decimal>,
    /// Money included (block of money).
    #[serde(deserialize_with = "lenient::decimal")]
    pub amount: Option<Decimal>,
    /// Unused hours or money carry over.
    #[serde(deserialize_with = "lenient::flag")]
    pub commit_rollover: Option<bool>,
    /// What is counted (`PCAgents`, `TotalGB`, ...).
    #[serde(deserialize_with = "lenient::text")]
    pub count_by: Option<String>,
    /// The rate of a retainer.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub rate: Option<RateItem>,
    /// The main hourly rate.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub primary_rate: Option<RateItem>,
    /// Further hourly rates.
    #[serde(deserialize_with = "lenient::list")]
    pub additional_rates: Vec<RateItem>,
    /// Price of an hour of the block.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub price_per_hour: Option<RateItem>,
    /// Price of an hour beyond the block.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub overage_rate: Option<RateItem>,
    /// The price of a block of money.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub contract_amount: Option<RateItem>,
    /// Price of a monitored device.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub rate_per_device: Option<RateItem>,
    /// Price of a gigabyte.
    #[serde(rename = "RatePerGB", deserialize_with = "rate_item::or_amount")]
    pub rate_per_gb: Option<RateItem>,
    /// The one fee of a project.
    #[serde(deserialize_with = "rate_item::or_amount")]
    pub total_amount: Option<RateItem>,
}

impl Contract {
    /// The terms of whichever type the contract has; none when the source sent none.
    #[must_use]
    pub fn terms(&self) -> Option<&ContractTerms> {
        self.retainer_flat_fee_contract
            .as_ref()
            .or(self.hourly_contract.as_ref())
            .or(self.block_hours_contract.as_ref())
            .or(self.block_money_contract.as_ref())
            .or(self.remote_monitoring_contract.as_ref())
            .or(self.online_backup_contract.as_ref())
            .or(self.project_one_time_fee_contract.as_ref())
            .or(self.project_hourly_rate_contract.as_ref())
    }
}

impl ContractTerms {
    /// The rate that names the price of this type, if any.
    #[must_use]
    pub fn main_rate(&self) -> Option<&RateItem> {
        self.rate
            .as_ref()
            .or(self.primary_rate.as_ref())
            .or(self.price_per_hour.as_ref())
            .or(self.contract_amount.as_ref())
            .or(self.rate_per_device.as_ref())
            .or(self.rate_per_gb.as_ref())
            .or(self.total_amount.as_ref())
    }
}

impl Row for Contract {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.start_date, &mut self.end_date]
    }
}
