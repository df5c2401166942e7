//! The words of the account: titles and comment texts, ordinary ones drawn from the seed and the odd ones of the
//! trap tickets (Hebrew, Japanese, bidi marks, NUL, emoji). No customer ever wrote any of it.

use super::account::Scale;
use super::prng::{Draw, Stream};
use super::ticket_plan::TicketPlan;
use super::traps::Trap;

const SUBJECTS: [&str; 12] = [
    "Printer",
    "VPN",
    "Mailbox",
    "Laptop",
    "Backup",
    "Phone",
    "Licence",
    "Wi-Fi",
    "Invoice portal",
    "Server",
    "Scanner",
    "Password",
];

const TROUBLES: [&str; 10] = [
    "does not start",
    "keeps disconnecting",
    "is very slow",
    "shows an error",
    "needs an update",
    "request for a new user",
    "lost its settings",
    "asks for credentials again",
    "stopped after the weekend",
    "is locked",
];

const SENTENCES: [&str; 14] = [
    "It started this morning and happens about once an hour.",
    "We have restarted everything twice without any change.",
    "Could you please have a look before the meeting at three?",
    "The same thing worked fine last week.",
    "I attached what I see on the screen where that was possible.",
    "Two colleagues on the second floor report the same.",
    "I cleared the cache and applied the latest update.",
    "The event log shows a time-out right before it fails.",
    "Please confirm that it works for you now.",
    "We will keep an eye on it until Friday.",
    "The replacement part has been ordered & should arrive soon.",
    "Cost is < 100 and > 50, see \"quote\" 4711.",
    "It's the user's own machine, not one of ours.",
    "Thank you for the quick help!",
];

/// The title; `None` where Atera holds none.
pub(crate) fn title(scale: Scale, plan: &TicketPlan) -> Option<String> {
    if plan.title.is_some() {
        return plan.title.clone();
    }
    let mut draw = Draw::new(scale.seed, Stream::Title, plan.id);
    let plain = format!("{} {}", draw.pick(&SUBJECTS), draw.pick(&TROUBLES));
    match plan.trap {
        Trap::NoTitle => None,
        Trap::LongTitle => Some(format!("{plain} {}", "and so on ".repeat(120)).trim_end().to_owned()),
        Trap::Hebrew => Some("המדפסת לא מדפיסה בעברית".to_owned()),
        Trap::Japanese => Some("プリンターが動きません".to_owned()),
        Trap::Bidi => Some(format!("\u{200f}{plain}\u{200e} \u{202b}דחוף\u{202c}\u{feff}")),
        Trap::Nul => Some(format!("{plain}\u{0} again")),
        Trap::Emoji => Some(format!("🔥 {plain} 👩🏽\u{200d}💻")),
        _ => Some(plain),
    }
}

/// The text of `FirstComment` where no comment repeats it.
pub(crate) fn description(scale: Scale, plan: &TicketPlan) -> String {
    let mut draw = Draw::part(scale.seed, Stream::Prose, plan.id, u64::MAX);
    format!("Opened by phone. {}", sentences(&mut draw, 2))
}

/// The text of one comment, without the marker of an internal one.
pub(crate) fn comment(scale: Scale, plan: &TicketPlan, index: u32) -> String {
    let mut draw = Draw::part(scale.seed, Stream::Prose, plan.id, u64::from(index));
    let count = 1 + draw.below(4);
    let plain = sentences(&mut draw, count);
    match plan.trap {
        Trap::Hebrew => format!("שלום, המדפסת בקומה 2 לא עובדת.\n{plain}\nתודה רבה!"),
        Trap::Japanese => format!("お世話になっております。{plain}\nよろしくお願いいたします。"),
        Trap::Bidi => format!("\u{feff}\u{200f}שלום \u{202a}{plain}\u{202c}\u{200e} \u{2067}סוף\u{2069}"),
        Trap::Nul => format!("before\u{0}after. {plain}"),
        Trap::Emoji => format!("👍🏿 {plain} 👨\u{200d}👩\u{200d}👧 🇮🇱 𝒪𝓀"),
        _ if index % 3 == 1 => format!("Hello,\r\n\r\n{plain}\r\n\r\nRegards"),
        _ => plain,
    }
}

fn sentences(draw: &mut Draw, count: u64) -> String {
    let mut text = String::new();
    for at in 0..count {
        if at != 0 {
            text.push(' ');
        }
        text.push_str(draw.pick(&SENTENCES));
    }
    text
}
