//! Stories of the bundle.

use super::*;
use crate::row::Row as _;

fn article(id: &str, flagged: bool) -> Article {
    Article {
        id: id.to_owned(),
        title: format!("Article {id}"),
        path: path_of("en-US", Some("How to"), None, id),
        body_sha256: format!("body-{id}"),
        bytes: 10,
        category: Some("How to".to_owned()),
        flags: Flags { iframe: flagged, ..Flags::default() },
        ..Article::default()
    }
}

fn look(id: &str, body: &str) -> ArticleReview {
    ArticleReview {
        article: id.to_owned(),
        body_sha256: body.to_owned(),
        by: "Ruth".to_owned(),
        at: protocol::UnixMs(1_700_000_000_000),
    }
}

fn manifest() -> Manifest {
    let articles = vec![article("10", true), article("9", false)];
    Manifest::of("en-US", ["KBProduct", "KBContext", "KBAddress"], articles)
}

#[test]
fn the_columns_of_the_queue_stand() {
    assert_eq!(
        Review::HEADER.join(","),
        "article_id,title,flags,removed,path,body_sha256,state,reviewed_by,reviewed_at"
    );
}

#[test]
fn a_flagged_article_is_held_back_until_somebody_has_looked_at_this_very_body() {
    let waiting = manifest().reviewed(&[]);
    assert_eq!(
        (waiting.ready.as_slice(), waiting.held_back.as_slice()),
        (&["9".into()][..], &["10".into()][..])
    );
    let other = manifest().reviewed(&[look("10", "another body"), look("9", "body-10")]);
    assert_eq!(other.held_back, ["10"]);
    let ready = manifest().reviewed(&[look("10", "body-10")]);
    assert_eq!((ready.ready.as_slice(), ready.held_back.len()), (&["9".to_owned(), "10".into()][..], 0));
    let rows = queue(&ready);
    assert_eq!(rows.len(), 1, "only flagged ones queue");
    let row = &rows[0];
    assert_eq!((&*row.state, &*row.reviewed_by, &*row.flags), ("ready", "Ruth", "iframe"));
    assert_eq!(row.reviewed_at, "2023-11-14T22:13:20Z");
}

#[tokio::test]
async fn a_look_at_the_bundle_rewrites_manifest_queue_and_index() {
    let folder = tempfile::tempdir().unwrap();
    let out = Deliverables::open(folder.path()).unwrap();
    assert_eq!(review(&out, &[]).await.unwrap(), None);
    let mut drafts = Drafts::begin(out.root(), ObjectKind::Article, "1").unwrap();
    write(&mut drafts, &manifest().reviewed(&[]), "/knowledgebases").unwrap();
    drafts.issue(&out).await.unwrap();
    let before = index::part(out.root(), ObjectKind::Article).unwrap();
    let after = review(&out, &[look("10", "body-10")]).await.unwrap().unwrap();
    assert_eq!(after.held_back.len(), 0);
    assert_eq!(read(out.root()).unwrap(), Some(after));
    let part = index::part(out.root(), ObjectKind::Article).unwrap();
    assert_eq!(part.len(), before.len());
    let named = |name: &str| part.iter().find(|entry| entry.name == name).unwrap();
    assert_eq!((named(MANIFEST).rows, named(MANIFEST).counted), (Some(2), Some(2)));
    assert_ne!(before.iter().find(|entry| entry.name == MANIFEST).unwrap().sha256, named(MANIFEST).sha256);
    assert_eq!(named("kb_review.csv").source, "/knowledgebases");
}

#[test]
fn a_path_holds_on_every_disk() {
    for (category, id, path) in [
        (Some("Wi-Fi & VPN"), None, "kb/en-US/wi-fi-vpn/7.html"),
        (Some("מדפסות"), Some("0b-1"), "kb/en-US/0b-1/7.html"),
        (Some("../.."), None, "kb/en-US/uncategorised/7.html"),
        (None, None, "kb/en-US/uncategorised/7.html"),
    ] {
        assert_eq!(path_of("en-US", category, id, "7"), path);
    }
    assert_eq!(path_of("../x", None, None, "7"), "kb/x/uncategorised/7.html");
}

#[test]
fn the_checklist_names_what_waits_and_what_lacks() {
    let mut bare = article("11", false);
    (bare.title, bare.category) = (String::new(), None);
    let mut manifest = manifest();
    manifest.articles.push(bare);
    let text = checklist::text(&manifest.reviewed(&[]));
    assert!(text.contains("- [ ] 10 Article 10: flagged iframe"), "{text}");
    assert!(text.contains("- [ ] 11 (no title): no title, no category"));
    assert!(text.contains("2 articles are ready, 1 are held back"));
}
