//! Supplement files in every oddity, and errors that point at the cell.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::{Place, SupplementError, SupplementFiles, Supplements};

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> Option<PathBuf> {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    Some(path)
}

fn tags(bytes: &[u8]) -> Result<Supplements, SupplementError> {
    let folder = TempDir::new().unwrap();
    Supplements::load(&SupplementFiles {
        tags: write(&folder, "tags.csv", bytes),
        ..SupplementFiles::default()
    })
}

fn technicians(bytes: &[u8]) -> Result<Supplements, SupplementError> {
    let folder = TempDir::new().unwrap();
    let technicians = write(&folder, "technicians.csv", bytes);
    Supplements::load(&SupplementFiles { technicians, ..SupplementFiles::default() })
}

#[test]
fn tags_are_read_whatever_the_mark_delimiter_and_line_end() {
    let files: [&[u8]; 6] = [
        b"Ticket ID,Tag\n7,VIP\n7,\"a, b\"\n8,vip\n",
        b"\xef\xbb\xbfTicket ID;Tag\r\n7;VIP\r\n7;a, b\r\n8;vip\r\n",
        b"ticketid\tTAG\r\n7\tVIP\r\n7\ta, b\r\n\r\n8\tvip",
        b"sep=;\r\nTicketID;Tags\r\n7;VIP\r\n7;a, b\r\n8;vip\r\n",
        b"Subject,ticket_id,tag\n\"x\r\ny, \"\"z\"\"\",7,VIP\n,7,\"a, b\"\n,,\n,8.0,vip\n",
        b"\n\nTicket ID,Customer ID,Tag\n7,1,VIP\n7,1,VIP\n7,1,\"a, b\"\n8,2,vip\n",
    ];
    for file in files {
        let read = tags(file).unwrap().tags;
        let text = String::from_utf8_lossy(file);
        assert_eq!(read.for_ticket(7), ["VIP", "a, b"], "{text}");
        assert_eq!(read.for_ticket(8), ["vip"], "{text}");
        assert!(read.for_ticket(9).is_empty() && read.for_customer(1).is_empty());
        assert_eq!(read.names(), ["VIP", "a, b", "vip"]);
        assert_eq!(read.tickets(), 2);
    }
}

#[test]
fn names_are_kept_verbatim_in_every_encoding() {
    let utf16: Vec<u8> =
        "\u{feff}Ticket ID\tTag\r\n1\tdringlich ü\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&[u8], &str); 4] = [
        ("Ticket ID,Tag\n1,\"דחוף\"\n".as_bytes(), "דחוף"),
        (b"Ticket ID,Tag\n1,\xdcber \x80\n", "Über €"),
        (&utf16, "dringlich ü"),
        (b"Ticket ID;Tag\r\n1;\"on\r\nsite\"\r\n", "on\r\nsite"),
    ];
    for (file, tag) in cases {
        assert_eq!(tags(file).unwrap().tags.for_ticket(1), [tag]);
    }
}

#[test]
fn a_customers_tags_and_several_tags_in_a_cell_are_read() {
    let folder = TempDir::new().unwrap();
    let files = SupplementFiles {
        tags: write(&folder, "tags.csv", b"Customer ID,Labels\n4,a| b |\n5,\n"),
        tag_separator: Some('|'),
        ..SupplementFiles::default()
    };
    let read = Supplements::load(&files).unwrap().tags;
    assert_eq!(read.for_customer(4), ["a", "b"]);
    assert!(read.for_customer(5).is_empty() && read.for_ticket(4).is_empty());
}

#[test]
fn a_wrong_cell_is_named_by_line_and_column_and_not_quoted() {
    let cases: [(&[u8], u64, u64); 8] = [
        (b"Ticket ID,Tag\n7,a\nprivate,b\n", 3, 1),
        (b"Ticket ID,Tag\r\n7,\"a\r\nb\"\r\n\r\n-1,b\r\n", 5, 1),
        (b"x,y,Ticket ID,Tag\n,,7,a\n,,private,b\n", 3, 3),
        (b"sep=,\nTicket ID,Tag\n,a\n", 3, 1),
        (b"Ticket ID,Tag\n7,a\n8,\"private\n9,b\n", 3, 2),
        (b"Ticket ID,Label text\n7,a\n", 1, 1),
        (b"Ticket ID,Tag,tag\n7,a,b\n", 1, 3),
        (b"Ticket ID,Tag\n1,ok\n2,\x81\n", 3, 1),
    ];
    for (file, line, column) in cases {
        let error = tags(file).unwrap_err();
        assert_eq!(error.place, Some(Place { line, column }), "{}: {error}", String::from_utf8_lossy(file));
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("tags.csv") && text.contains("expected") || text.contains("second column"),
            "{text}"
        );
        assert!(!text.contains("private"), "{text}");
    }
}

#[test]
fn damaged_utf_8_is_not_taken_for_windows_1252() {
    let mut file = "Ticket ID,Tag\n1,דחוף\n2,".as_bytes().to_vec();
    file.extend(b"\xd7\n");
    assert_eq!(tags(&file).unwrap_err().place, Some(Place { line: 3, column: 1 }));
}

#[test]
fn files_that_are_no_table_are_refused() {
    for file in [b"".as_slice(), b"\n\n", b"just text\n", b"Tag\nx\n"] {
        assert!(tags(file).is_err(), "{}", String::from_utf8_lossy(file));
    }
    let missing =
        SupplementFiles { tags: Some(PathBuf::from("/nowhere/tags.csv")), ..SupplementFiles::default() };
    let error = Supplements::load(&missing).unwrap_err();
    assert!(error.source.is_some() && error.to_string().contains("/nowhere/tags.csv"));
}

#[test]
fn columns_are_mapped_by_name_and_a_wrong_mapping_is_refused() {
    let folder = TempDir::new().unwrap();
    let load = |columns: &[(&str, &str)]| {
        Supplements::load(&SupplementFiles {
            tags: write(&folder, "tags.csv", "Vorgang Nr.;Schlagwort;Tag\n7;x;Montag\n".as_bytes()),
            columns: columns.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            ..SupplementFiles::default()
        })
    };
    let read = load(&[("tags.ticket_id", "vorgang nr"), ("tags.tag", "Schlagwort")]).unwrap();
    assert_eq!(read.tags.for_ticket(7), ["x"]);
    let absent = load(&[("tags.ticket_id", "Nummer")]).unwrap_err().to_string();
    assert!(absent.contains("\"Nummer\"") && absent.contains("line 1"), "{absent}");
    let typo = load(&[("tags.ticketid", "Vorgang Nr.")]).unwrap_err().to_string();
    assert!(typo.contains("tags.ticketid"), "{typo}");
}

#[test]
fn technicians_are_read_with_what_the_file_says_of_them() {
    let file = "Technician ID,First Name,Last Name,Email,Role,Status\n7,Ada,L, ADA@x.example ,Admin,Disabled\n,Bo,,,,\n";
    let read = technicians(file.as_bytes()).unwrap().technicians;
    let [ada, bo] = read.rows() else { panic!("two rows: {read:?}") };
    assert_eq!((ada.id, ada.name.as_deref(), ada.active), (Some(7), Some("Ada L"), false));
    assert_eq!((ada.email.as_deref(), ada.role.as_deref()), (Some("ADA@x.example"), Some("Admin")));
    assert_eq!((bo.id, bo.name.as_deref(), bo.email.as_deref(), bo.active), (None, Some("Bo"), None, true));

    let maybe = technicians(b"Name,Email,Active\nA,a@x.example,perhaps\n").unwrap_err();
    assert_eq!(maybe.place, Some(Place { line: 2, column: 3 }));
    let nobody = technicians(b"Id,Name,Email\n1,A,\n2,,\n").unwrap_err();
    assert_eq!(nobody.place, Some(Place { line: 3, column: 3 }));
}

#[test]
fn policies_and_integrations_keep_columns_nobody_asked_for() {
    let folder = TempDir::new().unwrap();
    let files = SupplementFiles {
        sla_policies: write(
            &folder,
            "sla.csv",
            b"Policy\tPriority\tFirst Response (minutes)\tResolution (minutes)\tBusiness Hours\nGold\tHigh\t60\t480\t24/7\n",
        ),
        integrations: write(&folder, "int.csv", b"Name;Endpoint;Trigger;Active\r\nSoci\xe9t\xe9;https://x;closed;yes\r\n"),
        ..SupplementFiles::default()
    };
    let read = Supplements::load(&files).unwrap();
    let gold = read.sla_policies.rows().first().unwrap();
    assert_eq!((gold.name.as_str(), gold.priority.as_deref()), ("Gold", Some("High")));
    assert_eq!((gold.first_response.as_deref(), gold.resolution.as_deref()), (Some("60"), Some("480")));
    assert_eq!(gold.other.get("Business Hours").map(String::as_str), Some("24/7"));
    let bank = read.integrations.rows().first().unwrap();
    assert_eq!((bank.name.as_str(), bank.endpoint.as_deref()), ("Société", Some("https://x")));
    assert_eq!(bank.other.get("Active").map(String::as_str), Some("yes"));
}

#[test]
fn rules_macros_and_restricted_fields_are_read_and_a_file_not_given_is_told_from_an_empty_one() {
    let folder = TempDir::new().unwrap();
    let files = SupplementFiles {
        automations: write(
            &folder,
            "automations.csv",
            b"Rule name;When;Then;Region\nNightly;02:00;close;EMEA\n",
        ),
        macros: write(&folder, "macros.csv", b"template,body\nHello,\"Hi,\nthere\"\n"),
        field_visibility: write(
            &folder,
            "field_visibility.csv",
            b"Target,Field name,Roles\nTicket,Cost,Admins\nTicket,Room,Everyone\nContact,Badge,\n",
        ),
        ..SupplementFiles::default()
    };
    let read = Supplements::load(&files).unwrap();
    let rule = &read.automations.as_ref().unwrap().rows()[0];
    assert_eq!(
        (&*rule.name, rule.trigger.as_deref(), rule.actions.as_deref()),
        ("Nightly", Some("02:00"), Some("close"))
    );
    assert_eq!(rule.other["Region"], "EMEA");
    assert_eq!(read.macros.as_ref().unwrap().rows()[0].text.as_deref(), Some("Hi,\nthere"));
    let restricted = read.field_visibility.as_ref().unwrap().rows();
    assert_eq!(restricted.len(), 1, "a field everybody may see is not restricted");
    assert_eq!((&*restricted[0].field, &*restricted[0].visible_to), ("Cost", "Admins"));
    let none = Supplements::load(&SupplementFiles::default()).unwrap();
    assert!(none.automations.is_none() && none.macros.is_none() && none.field_visibility.is_none());
    assert!(!none.tells_integrations && !none.tells_sla_policies);
}
