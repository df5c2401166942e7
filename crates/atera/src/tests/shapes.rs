//! The shapes values come in: stamps, ids, flags, numbers, damaged text, zones by name.

use jiff::tz::TimeZone;

use crate::{Assignee, Contract, Customer, Invoice, Stamp, Ticket, read, zone_by_name};

fn berlin() -> TimeZone {
    zone_by_name("Europe/Berlin").unwrap()
}

#[test]
fn stamps_of_every_observed_shape_are_read() {
    let cases = [
        ("2024-07-01T10:00:00Z", Some("2024-07-01T10:00:00Z")),
        ("2024-07-01T10:00:00.1234567", Some("2024-07-01T08:00:00.1234567Z")),
        ("2024-07-01T10:00:00", Some("2024-07-01T08:00:00Z")),
        ("2024-01-01T10:00:00", Some("2024-01-01T09:00:00Z")),
        ("2024-07-01 10:00:00", Some("2024-07-01T08:00:00Z")),
        ("2024-07-01", Some("2024-06-30T22:00:00Z")),
        ("2024-07-01T10:00:00+05:30", Some("2024-07-01T04:30:00Z")),
        ("\u{200f}2024-07-01T10:00:00Z\u{200e}", Some("2024-07-01T10:00:00Z")),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
    ];
    for (raw, at) in cases {
        let stamp = Stamp::read(raw, &berlin());
        assert_eq!(stamp.at, at.map(|at| at.parse().unwrap()), "{raw}");
        assert_eq!(stamp.raw, raw);
    }
}

#[test]
fn absent_stamps_are_none_and_zone_less_ones_take_the_zone() {
    let json = r#"{"TicketID":1,"TicketCreatedDate":"2024-07-01T10:00:00.0000000","TicketResolvedDate":"",
        "FirstResponseDueDate":null}"#;
    let ticket: Ticket = read(json, &berlin()).unwrap();
    assert_eq!(ticket.created.unwrap().at.unwrap().to_string(), "2024-07-01T08:00:00Z");
    assert_eq!((ticket.resolved, ticket.first_response_due_date), (None, None));
}

#[test]
fn nobody_is_assigned_in_each_of_its_spellings() {
    let nobody = [
        r#"{"TicketID":1}"#,
        r#"{"TicketID":1,"TechnicianContactID":null,"TechnicianFullName":null}"#,
        r#"{"TicketID":1,"TechnicianContactID":0,"TechnicianFullName":""}"#,
        r#"{"TicketID":1,"TechnicianContactID":"","TechnicianFullName":".","TechnicianEmail":" "}"#,
    ];
    for json in nobody {
        let ticket: Ticket = read(json, &TimeZone::UTC).unwrap();
        assert_eq!(ticket.assignee(), Assignee::Nobody, "{json}");
    }
    let robot: Ticket = read(r#"{"TicketID":1,"TechnicianContactID":-1}"#, &TimeZone::UTC).unwrap();
    assert_eq!(robot.assignee(), Assignee::Autopilot);
    let person: Ticket =
        read(r#"{"TicketID":1,"TechnicianContactID":"7","TechnicianFullName":"."}"#, &TimeZone::UTC).unwrap();
    assert_eq!(person.assignee(), Assignee::Technician { id: Some(7), name: None, email: None });
}

#[test]
fn scalars_of_another_type_are_read_and_unknown_members_ignored() {
    let json = r#"{"TicketID":"12","TicketNumber":20240001,"CustomerID":3.0,"New":{"a":[1]},"TicketTitle":"a\u0000b"}"#;
    let ticket: Ticket = read(json, &TimeZone::UTC).unwrap();
    assert_eq!((ticket.id, ticket.customer_id), (12, Some(3)));
    assert_eq!(ticket.number.as_deref(), Some("20240001"));
    assert_eq!(ticket.title.as_deref(), Some("a\0b"));
    assert!(read::<Ticket>(r#"{"TicketID":1,"TicketTitle":["no"]}"#, &TimeZone::UTC).is_err());
}

#[test]
fn money_keeps_its_text() {
    let json = r#"{"InvoiceId":"u","Total":10.50,"Subtotal":"8.00","Tax":9007199254740993.01,"LineItems":null,
        "To":{"ZipCode":1234}}"#;
    let invoice: Invoice = read(json, &TimeZone::UTC).unwrap();
    let text = |d: &Option<crate::Decimal>| d.as_ref().unwrap().as_str().to_owned();
    assert_eq!(text(&invoice.total), "10.50");
    assert_eq!(text(&invoice.subtotal), "8.00");
    assert_eq!(text(&invoice.tax), "9007199254740993.01");
    assert!(invoice.line_items.is_empty());
    assert_eq!(invoice.to.unwrap().zip_code.as_deref(), Some("1234"));
}

#[test]
fn a_contract_shows_the_terms_of_its_type() {
    let json = r#"{"ContractID":1,"ContractType":"BlockHours","HourlyContract":null,
        "BlockHoursContract":{"HoursIncluded":10,"PricePerHour":{"RateID":4,"Amount":99.90},"BillingPeriod":"Monthly"}}"#;
    let contract: Contract = read(json, &TimeZone::UTC).unwrap();
    let terms = contract.terms().unwrap();
    assert_eq!(terms.billing_period.as_deref(), Some("Monthly"));
    assert_eq!(terms.main_rate().unwrap().amount.as_ref().unwrap().as_str(), "99.90");
}

#[test]
fn domains_are_split_at_whatever_separates_them() {
    let customer: Customer =
        read(r#"{"CustomerID":1,"Domain":"a.example; b.example,c.example"}"#, &TimeZone::UTC).unwrap();
    assert_eq!(customer.domains().collect::<Vec<_>>(), ["a.example", "b.example", "c.example"]);
}

#[test]
fn damaged_text_costs_one_character() {
    let zone = TimeZone::UTC;
    let lone: Ticket = read(r#"{"TicketID":1,"TicketTitle":"cut \ud83d"}"#, &zone).unwrap();
    assert_eq!(lone.title.as_deref(), Some("cut \u{fffd}"));
    let pair: Ticket = read(r#"{"TicketID":1,"TicketTitle":"\ud83d\ude00 \udc00 \\ud83d"}"#, &zone).unwrap();
    assert_eq!(pair.title.as_deref(), Some("😀 \u{fffd} \\ud83d"));
    let bytes = b"{\"TicketID\":1,\"TicketTitle\":\"caf\xe9\"}";
    let byte: Ticket = crate::decode::row(bytes, &zone).unwrap();
    assert_eq!(byte.title.as_deref(), Some("caf\u{fffd}"));
}

#[test]
fn zones_are_found_by_iana_name_windows_name_and_offset() {
    let at = "2024-07-01T00:00:00Z".parse().unwrap();
    let hours = |name: &str| zone_by_name(name).unwrap().to_offset(at).seconds() / 60;
    assert_eq!(hours("Europe/Berlin"), 120);
    assert_eq!(hours("w. europe standard time"), 120);
    assert_eq!(hours("Israel Standard Time"), 180);
    assert_eq!(hours("UTC"), 0);
    assert_eq!(hours("UTC-02"), -120);
    assert_eq!(hours("+05:30"), 330);
    assert_eq!(hours("-0330"), -210);
    assert!(zone_by_name("Mars/Olympus").is_err());
    for (windows, _) in crate::windows_zones::WINDOWS_ZONES {
        assert!(zone_by_name(windows).is_ok(), "{windows}");
    }
}

#[test]
fn a_price_is_read_as_a_rate_or_as_a_bare_amount() {
    for (price, amount) in [
        (r#"{"RateID":4,"Amount":99.90}"#, Some("99.90")),
        ("80.05", Some("80.05")),
        (r#""80.05""#, Some("80.05")),
        (r#""""#, None),
        ("null", None),
    ] {
        let json = format!(r#"{{"ContractID":1,"BlockHoursContract":{{"PricePerHour":{price}}}}}"#);
        let contract: crate::Contract = crate::read(&json, &jiff::tz::TimeZone::UTC).unwrap();
        let rate = contract.terms().unwrap().main_rate();
        assert_eq!(rate.and_then(|rate| rate.amount.as_ref()).map(crate::Decimal::as_str), amount, "{price}");
    }
    let wrong = r#"{"ContractID":1,"BlockHoursContract":{"PricePerHour":[1]}}"#;
    assert!(crate::read::<crate::Contract>(wrong, &jiff::tz::TimeZone::UTC).is_err());
}
