//! From a kind to its type: the one exhaustive match. Whoever adds a kind is sent here by the compiler.

use protocol::ObjectKind;

use crate::{Agent, Contact, CustomField, Customer, Message, ObjectType, Tag, Ticket};

/// Something to be done with an object type, once it is known which.
pub trait Visitor {
    /// What comes of it; usually a boxed future.
    type Output;

    /// Does it.
    fn visit<O: ObjectType>(self) -> Self::Output;
}

/// Does something with the type of a kind. `None` for attachments (a file is uploaded, not created, and has no id at the
/// destination) and for kinds that only become documents.
pub fn visit<V: Visitor>(kind: ObjectKind, visitor: V) -> Option<V::Output> {
    match kind {
        ObjectKind::CustomField => Some(visitor.visit::<CustomField>()),
        ObjectKind::Tag => Some(visitor.visit::<Tag>()),
        ObjectKind::Agent => Some(visitor.visit::<Agent>()),
        ObjectKind::Customer => Some(visitor.visit::<Customer>()),
        ObjectKind::Contact => Some(visitor.visit::<Contact>()),
        ObjectKind::Ticket => Some(visitor.visit::<Ticket>()),
        ObjectKind::Message => Some(visitor.visit::<Message>()),
        ObjectKind::Attachment
        | ObjectKind::Contract
        | ObjectKind::Device
        | ObjectKind::TimeEntry
        | ObjectKind::Invoice
        | ObjectKind::Article
        | ObjectKind::SlaPolicy
        | ObjectKind::Integration
        | ObjectKind::Automation
        | ObjectKind::FieldVisibility => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Name;

    impl Visitor for Name {
        type Output = ObjectKind;
        fn visit<O: ObjectType>(self) -> ObjectKind {
            O::KIND
        }
    }

    #[test]
    fn every_kind_leads_to_its_own_type() {
        for kind in ObjectKind::ALL {
            let expected = (kind != ObjectKind::Attachment).then_some(kind);
            assert_eq!(visit(kind, Name), expected);
        }
        // Nothing of these can be written: there is no type that could.
        for kind in ObjectKind::DOCUMENTED {
            assert_eq!(visit(kind, Name), None);
        }
    }
}
