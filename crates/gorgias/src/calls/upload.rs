//! Files: several per call. An uploaded file cannot be deleted, so whoever uploads records it before using it.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{UploadFile, Uploaded};
use crate::policy;

impl Client {
    /// Uploads files in one call and gives their addresses, in the order of the files (`POST /upload`).
    ///
    /// # Errors
    /// As any write; `Rejected` with status 413 when they are too large, `Ambiguous` when the answer does not match
    /// the files.
    pub async fn upload(&self, files: Vec<UploadFile>) -> Result<Vec<Uploaded>, Error> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let sent: Vec<(String, u64)> =
            files.iter().map(|file| (file.name.clone(), file.bytes.len() as u64)).collect();
        let call = Call::upload("POST /upload", "/upload", files)
            .query("type", self.config().upload_kind.as_str())
            .about(format!("{} files", sent.len()));
        let uploaded: Vec<Uploaded> = self.ask(&call).await?;
        in_order(&sent, uploaded).ok_or_else(|| policy::unreadable(&call))
    }
}

/// The answers in the order of the files. The order of the answer is not documented: where sizes show that it
/// differs, each file takes the answer with its size, and its name if that is needed to tell.
fn in_order(sent: &[(String, u64)], mut uploaded: Vec<Uploaded>) -> Option<Vec<Uploaded>> {
    if sent.len() != uploaded.len() {
        return None;
    }
    let fits = |answer: &Uploaded, size: u64| answer.size.is_none_or(|have| have == size);
    let name_fits = |answer: &Uploaded, name: &str| answer.name == name;
    let all_named = sent.iter().all(|(name, _)| uploaded.iter().any(|answer| name_fits(answer, name)));
    let mut ordered = Vec::with_capacity(sent.len());
    for (name, size) in sent {
        let named = |answer: &Uploaded| !all_named || name_fits(answer, name);
        let at = uploaded.iter().position(|answer| fits(answer, *size) && named(answer))?;
        ordered.push(uploaded.remove(at));
    }
    Some(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(name: &str, size: u64) -> Uploaded {
        Uploaded {
            url: format!("https://files/{name}/{size}"),
            name: name.to_owned(),
            content_type: String::new(),
            size: Some(size),
        }
    }

    #[test]
    fn a_shuffled_answer_is_put_in_the_order_of_the_files() {
        let sent = [("a".to_owned(), 1), ("b".to_owned(), 2), ("a".to_owned(), 3)];
        let ordered = in_order(&sent, vec![answer("a", 3), answer("a", 1), answer("b", 2)]).unwrap();
        let sizes: Vec<_> = ordered.iter().map(|answer| answer.size.unwrap()).collect();
        assert_eq!(sizes, [1, 2, 3]);
    }

    #[test]
    fn names_tell_files_of_one_size_apart() {
        let sent = [("a".to_owned(), 1), ("b".to_owned(), 1)];
        let ordered = in_order(&sent, vec![answer("b", 1), answer("a", 1)]).unwrap();
        assert_eq!(ordered[0].name, "a");
    }

    #[test]
    fn an_answer_that_does_not_match_the_files_is_refused() {
        assert_eq!(in_order(&[("a".to_owned(), 1)], vec![]), None);
        assert_eq!(in_order(&[("a".to_owned(), 1)], vec![answer("a", 2)]), None);
    }
}
