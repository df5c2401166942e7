//! The table of trap tickets: which low ticket id shows which oddity, the same for every account size.
//! Ids above the table are ordinary tickets drawn from the seed; nothing here builds a record.

/// What is odd about a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trap {
    /// Nothing on purpose; whatever the seed draws.
    None,
    /// Two plain comments.
    Simple,
    /// No comments, but a `FirstComment`.
    OnlyFirstComment,
    /// Neither comments nor `FirstComment`.
    Silent,
    /// A fixed status.
    Status(&'static str),
    /// `TechnicianContactID` null.
    TechnicianNull,
    /// `TechnicianContactID` 0.
    TechnicianZero,
    /// `TechnicianContactID` 0 and the name empty.
    TechnicianEmptyName,
    /// `TechnicianContactID` null and the name a single dot.
    TechnicianDot,
    /// `TechnicianContactID` -1.
    Autopilot,
    /// A thread of so many comments, the first of them repeated in `FirstComment`.
    Thread(u32),
    /// Every second comment is the exact copy of the one before.
    Duplicates,
    /// A contact who is not the requester comments.
    OtherContact,
    /// Comments whose author ids are empty, null here and 0 there.
    NoAuthor,
    /// `CommentHtml` null throughout.
    NoHtml,
    /// `FirstComment` is the first comment.
    FirstCommentRepeats,
    /// `FirstComment` is not among the comments.
    FirstCommentApart,
    /// Tables, styles, scripts and handlers in the HTML.
    Markup,
    /// An image as data URI.
    InlineData,
    /// An image by `cid:`, its bytes among the attachments.
    InlineCid,
    /// An image on the file host.
    InlineHosted,
    /// One attachment.
    OneFile,
    /// Several attachments, one with a non-Latin name.
    SeveralFiles,
    /// An attachment whose URL has always expired.
    ExpiredFile,
    /// An attachment over any size limit.
    HugeFile,
    /// An attachment whose bytes another ticket has as well.
    SharedBytes,
    /// An attachment on a foreign host.
    ForeignFile,
    /// Hebrew text.
    Hebrew,
    /// Japanese text.
    Japanese,
    /// Bidi and byte-order marks.
    Bidi,
    /// NUL characters.
    Nul,
    /// Emoji beyond the basic plane and joined ones.
    Emoji,
    /// Requested by a contact without a customer.
    OrphanRequester,
    /// Names a customer that is not listed.
    UnlistedCustomer,
    /// `EndUserID` null.
    RequesterNull,
    /// `EndUserID` 0 and the e-mail empty.
    RequesterZero,
    /// `EndUserEmail` is not the e-mail of the contact.
    OtherEmail,
    /// Every custom field set.
    AllFieldsSet,
    /// An option text the definition does not list.
    UnlistedOption,
    /// No custom field set.
    NoFieldSet,
    /// Related to the next ticket as parent.
    Parent,
    /// Related to the ticket before as child.
    Child,
    /// The technician who only ever comments takes part.
    CommentingTechnician,
    /// `TicketTitle` null.
    NoTitle,
    /// A title of several hundred characters.
    LongTitle,
    /// Optional dates `""` here and null there.
    BlankDates,
    /// All comments at one moment.
    TiedDates,
    /// Every comment of a technician is internal.
    Internal,
}

/// The requester of [`Trap::OrphanRequester`]: a contact without a customer.
pub(crate) const ORPHAN_CONTACT: i64 = 10;

/// The trap a ticket id stands for.
pub(crate) fn trap(ticket: i64) -> Trap {
    match ticket {
        1 => Trap::Simple,
        2 => Trap::OnlyFirstComment,
        3 => Trap::Silent,
        4 => Trap::Status("Pending"),
        5 => Trap::Status("Resolved"),
        6 => Trap::Status("Closed"),
        7 => Trap::Status("Deleted"),
        8 => Trap::Status("Spam"),
        9 => Trap::Status("Merged"),
        10 => Trap::Status("Waiting Vendor"),
        11 => Trap::TechnicianNull,
        12 => Trap::TechnicianZero,
        13 => Trap::TechnicianEmptyName,
        14 => Trap::TechnicianDot,
        15 => Trap::Autopilot,
        16 => Trap::Thread(130),
        17 => Trap::Thread(700),
        18 => Trap::Duplicates,
        19 => Trap::OtherContact,
        20 => Trap::NoAuthor,
        21 => Trap::NoHtml,
        22 => Trap::FirstCommentRepeats,
        23 => Trap::FirstCommentApart,
        24 => Trap::Markup,
        25 => Trap::InlineData,
        26 => Trap::InlineCid,
        27 => Trap::InlineHosted,
        28 => Trap::OneFile,
        29 => Trap::SeveralFiles,
        30 => Trap::ExpiredFile,
        31 => Trap::HugeFile,
        32 | 33 => Trap::SharedBytes,
        34 => Trap::ForeignFile,
        35 => Trap::Hebrew,
        36 => Trap::Japanese,
        37 => Trap::Bidi,
        38 => Trap::Nul,
        39 => Trap::Emoji,
        40 => Trap::OrphanRequester,
        41 => Trap::UnlistedCustomer,
        42 => Trap::RequesterNull,
        43 => Trap::RequesterZero,
        44 => Trap::OtherEmail,
        45 => Trap::AllFieldsSet,
        46 => Trap::UnlistedOption,
        47 => Trap::NoFieldSet,
        48 => Trap::Parent,
        49 => Trap::Child,
        50 => Trap::CommentingTechnician,
        51 => Trap::NoTitle,
        52 => Trap::LongTitle,
        53 => Trap::BlankDates,
        54 => Trap::TiedDates,
        55 => Trap::Internal,
        56 => Trap::Thread(50),
        57 => Trap::Thread(51),
        61 => Trap::Thread(500),
        62 => Trap::Thread(501),
        _ => Trap::None,
    }
}
