//! Pages of lists that are numbered through: cursors are positions (config.md §12).

use crate::error::RpcError;

/// One page of `all`, and where the next begins. `things` is what an error calls them.
pub fn page<T>(
    all: Vec<T>,
    cursor: Option<&str>,
    limit: Option<u32>,
    things: &str,
) -> Result<(Vec<T>, Option<String>), RpcError> {
    let total = all.len();
    let start = match cursor {
        Some(cursor) => cursor
            .parse()
            .map_err(|_| RpcError::invalid_request(format!("invalid cursor: {cursor}")))?,
        None => 0,
    };
    if start > total {
        return Err(RpcError::invalid_request(format!(
            "cursor {start} exceeds total {things} {total}"
        )));
    }
    let count = limit.map_or(usize::MAX, |n| n.max(1) as usize);
    let end = start.saturating_add(count).min(total);
    let next = (end < total).then(|| end.to_string());
    Ok((all.into_iter().skip(start).take(end - start).collect(), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_whole() {
        assert_eq!(
            page(vec![1, 2, 3], None, Some(2), "things").unwrap(),
            (vec![1, 2], Some("2".into()))
        );
        assert_eq!(
            page(vec![1, 2, 3], Some("2"), Some(2), "things").unwrap(),
            (vec![3], None)
        );
        assert_eq!(
            page(vec![1, 2, 3], Some("3"), None, "things").unwrap(),
            (vec![], None)
        );
        assert_eq!(
            page(vec![1, 2], None, Some(0), "things").unwrap(),
            (vec![1], Some("1".into()))
        );
        let beyond = page(vec![1], Some("2"), None, "things").unwrap_err();
        assert_eq!(beyond.message, "cursor 2 exceeds total things 1");
        assert_eq!(
            page(vec![1], Some("x"), None, "things").unwrap_err().message,
            "invalid cursor: x"
        );
    }
}
