//! The HTML form of a comment: a plain paragraph, or what mail programs and careless tools leave behind (tables,
//! styles, scripts, handlers) and the three ways an image stands inline. Never links to anything outside loopback.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::file_plan;
use super::ticket_plan::{Inline, TicketPlan};
use super::traps::Trap;

/// Stands for the address of this listener until the comment is served.
pub(crate) const ORIGIN: &str = "http://origin.invalid";

/// Writes the HTML of a comment; the image, if the ticket has one, stands in the first.
pub(crate) fn html(seed: u64, plan: &TicketPlan, index: u32, text: &str) -> String {
    let body = escape(text).replace("\r\n", "<br>").replace('\n', "<br>\n");
    let body =
        if plan.trap == Trap::Markup { wild(&body, index) } else { format!("<div><p>{body}</p></div>") };
    if index != 0 {
        return body;
    }
    match plan.inline {
        Inline::None => body,
        Inline::Data => {
            let bytes = STANDARD.encode(file_plan::png(seed, plan.id));
            format!("{body}<p><img alt=\"screen\" src=\"data:image/png;base64,{bytes}\"></p>")
        }
        Inline::Cid => {
            format!(
                "{body}<p><img alt=\"image001\" src=\"cid:image001.png@01DA{:04X}.0\"></p>",
                plan.id & 0xffff
            )
        }
        Inline::Hosted => {
            format!(
                "{body}<p><img alt=\"photo\" width=\"320\" src=\"{ORIGIN}/files/inline/{}/0.png\"></p>",
                plan.id
            )
        }
    }
}

/// Escapes text for HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn wild(body: &str, index: u32) -> String {
    match index % 4 {
        0 => format!(
            "<html><head><style>p {{ color: red }}</style></head><body><table border=\"1\"><tr><th>Item</th>\
             <td style=\"background:#eee\">{body}</td></tr></table></body></html>"
        ),
        1 => format!(
            "<script>document.title = 'never';</script><p onclick=\"alert(1)\">{body}</p>\
             <a href=\"javascript:alert(2)\">open</a>"
        ),
        2 => format!(
            "<p>{body}<b>not closed <i>nor this</p><iframe src=\"about:blank\"></iframe><o:p>&nbsp;</o:p>"
        ),
        _ => format!(
            "<blockquote type=\"cite\"><div dir=\"rtl\">{body}</div></blockquote><!-- [if mso]>mso<![endif] -->\
             <form action=\"/x\"><input name=\"q\"></form><svg onload=\"alert(3)\"></svg>"
        ),
    }
}
