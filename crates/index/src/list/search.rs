//! Pages of the threads whose title holds a term (`searchTerm`).
//!
//! A rare term is looked up. A frequent one is found soon by going through the order; where that takes long after all, because
//! the titles that hold it come late, all of them are looked up and put into order by their keys alone.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::page::{Conditions, Filling, Hit, WIDE, column, list, order, read, select_where};
use super::query::Prepared;

/// A term found in at most this many titles is rare.
const RARE: usize = 2000;

/// How many threads are gone through for a frequent one.
const WALKED: usize = 5000;

pub(super) fn select(
    conn: &Connection,
    home: &Path,
    p: &Prepared<'_>,
    conditions: Conditions,
    term: &str,
) -> rusqlite::Result<Vec<Hit>> {
    if term.is_empty() {
        return select_where(conn, home, p, &conditions.and("f.title <> ''", None));
    }
    let value = || Some(Value::from(term.to_owned()));
    let Some(phrase) = phrase(term) else {
        return select_where(conn, home, p, &conditions.and("instr(f.title, ?) > 0", value()));
    };
    let (mut few, long) = (holding(conn, &phrase, RARE + 1)?, long(conn, RARE + 1)?);
    if few.len() <= RARE && long.len() <= RARE {
        few.extend(long);
        let looked_up = format!("f.id IN ({})", list(&few));
        let conditions = conditions
            .and(&looked_up, None)
            .and("instr(f.title, ?) > 0", value());
        return select_where(conn, home, p, &conditions);
    }
    if let Some(hits) = walk(conn, home, p, &conditions, term)? {
        return Ok(hits);
    }
    let mut all = holding(conn, &phrase, usize::MAX >> 1)?;
    all.extend(self::long(conn, usize::MAX >> 1)?);
    ordered(conn, home, p, &conditions, term, &all)
}

/// The term as the index of titles looks for it; `None` if it is too short to be looked up.
fn phrase(term: &str) -> Option<String> {
    (term.chars().count() >= 3 && !term.contains('\0')).then(|| format!("\"{}\"", term.replace('"', "\"\"")))
}

/// The files whose indexed titles hold the term.
fn holding(conn: &Connection, phrase: &str, limit: usize) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached("SELECT rowid FROM titles WHERE titles MATCH ? LIMIT ?")?
        .query_map((phrase, limit as i64), |r| r.get(0))?
        .collect()
}

/// The files whose titles are too long to be indexed whole; they are compared one by one.
fn long(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached("SELECT id FROM files WHERE octet_length(title) > 4096 LIMIT ?")?
        .query_map([limit as i64], |r| r.get(0))?
        .collect()
}

/// Goes through the order; `None` if that gave no page in good time.
fn walk(
    conn: &Connection,
    home: &Path,
    p: &Prepared<'_>,
    conditions: &Conditions,
    term: &str,
) -> rusqlite::Result<Option<Vec<Hit>>> {
    let text = format!(
        "SELECT f.id, instr(f.title, ?) > 0 FROM files f WHERE {} {} LIMIT {WALKED}",
        conditions.text,
        order(p)
    );
    let mut narrow = conn.prepare(&text)?;
    let values = std::iter::once(Value::from(term.to_owned())).chain(conditions.values.iter().cloned());
    let mut rows = narrow.query(params_from_iter(values))?;
    let mut page = Filling::new(p);
    let mut walked = 0;
    while !page.is_full() {
        let Some(row) = rows.next()? else {
            return Ok((walked < WALKED).then_some(page.hits));
        };
        walked += 1;
        if row.get(1)? {
            page.take(hit(conn, home, row.get(0)?)?);
        }
    }
    Ok(Some(page.hits))
}

/// Puts files into order by their keys and reads those that make the page.
fn ordered(
    conn: &Connection,
    home: &Path,
    p: &Prepared<'_>,
    conditions: &Conditions,
    term: &str,
    ids: &[i64],
) -> rusqlite::Result<Vec<Hit>> {
    let text = format!(
        "SELECT f.{}, f.thread FROM files f WHERE {} AND f.id = ?",
        column(p),
        conditions.text
    );
    let mut narrow = conn.prepare(&text)?;
    let mut values = conditions.values.clone();
    values.push(Value::Null);
    let mut keys: Vec<(i64, String, i64)> = Vec::new();
    for &id in ids {
        if let Some(last) = values.last_mut() {
            *last = id.into();
        }
        let found = narrow
            .query_row(params_from_iter(&values), |r| Ok((r.get(0)?, r.get(1)?, id)))
            .optional()?;
        keys.extend(found);
    }
    keys.sort_unstable();
    if p.descending {
        keys.reverse();
    }
    let mut holds = conn.prepare_cached("SELECT instr(title, ?) > 0 FROM files WHERE id = ?")?;
    let mut page = Filling::new(p);
    for (_, _, id) in keys {
        if page.is_full() {
            break;
        }
        if holds.query_row((term, id), |r| r.get(0))? {
            page.take(hit(conn, home, id)?);
        }
    }
    Ok(page.hits)
}

fn hit(conn: &Connection, home: &Path, id: i64) -> rusqlite::Result<Hit> {
    conn.prepare_cached(&format!("{WIDE} WHERE f.id = ?"))?
        .query_row([id], |r| read(r, home))
}

#[cfg(test)]
mod tests {
    use codex_protocol::{SortDirection, ThreadSortKey};

    use super::*;
    use crate::cache::files;
    use crate::cache::schema::Cache;
    use crate::db::Schema;
    use crate::facts::{Facts, Git, Kind, Stamp};
    use crate::list::cursor::Cursor;
    use crate::list::query::ListQuery;

    fn facts(n: i64, preview: String) -> Facts {
        Facts {
            stamp: Stamp {
                size: 1,
                mtime_ns: (n * 7 % 11) * 1_000_000,
            },
            thread: Some(format!("t{n}")),
            listed: n % 9 != 0,
            // Some of the same instant.
            created_ms: n / 3,
            kind: Kind::Cli,
            provider: Some("mock".to_owned()),
            cwd: format!("/{}", n % 2),
            source: "cli".to_owned(),
            version: String::new(),
            nickname: None,
            role: None,
            git: Git::default(),
            preview,
            scanned_to: 0,
        }
    }

    #[test]
    fn a_frequent_term_gives_the_same_page_walked_looked_up_and_compared() {
        let mut conn = Connection::open_in_memory().expect("opened");
        Cache::prepare(&mut conn).expect("made");
        let folder = files::folder_id(&conn, "sessions/2025/03/04", 3, false).expect("made");
        for n in 0..120 {
            let title = match n % 4 {
                0 => format!("number {n}"),
                1 => format!("{} number", "x".repeat(5000)),
                _ => format!("Number {n}"),
            };
            let named = |path: &str| path.to_owned();
            let name = n.to_string();
            files::put(&conn, folder, false, &name, &name, &facts(n, title), &mut {
                named
            })
            .expect("put");
        }
        let mut pages = 0;
        for sort_key in [ThreadSortKey::CreatedAt, ThreadSortKey::UpdatedAt] {
            for direction in [SortDirection::Asc, SortDirection::Desc] {
                for cursor in [None, Some(Cursor::past(7)), Some(Cursor { ms: 8, given: 1 })] {
                    for limit in [1, 5, 200] {
                        let query = ListQuery {
                            sort_key,
                            direction,
                            cursor: cursor.map(Cursor::text),
                            search: Some("number".to_owned()),
                            ..ListQuery::new(limit, "mock")
                        };
                        let p = Prepared::new(&query).expect("a query");
                        let conditions = || Conditions::new(&conn, &p).expect("read").expect("some match");
                        let home = Path::new("/");
                        let ids = |hits: Vec<Hit>| hits.iter().map(|h| h.file).collect::<Vec<_>>();
                        let holds =
                            conditions().and("instr(f.title, ?) > 0", Some(Value::from("number".to_owned())));
                        let compared = ids(select_where(&conn, home, &p, &holds).expect("selected"));
                        let walked = walk(&conn, home, &p, &conditions(), "number").expect("walked");
                        assert_eq!(ids(walked.expect("few enough")), compared);
                        let mut all =
                            holding(&conn, &phrase("number").expect("long enough"), 1000).expect("found");
                        assert_eq!(
                            all.len(),
                            30,
                            "titles longer than what is indexed are not among them"
                        );
                        all.extend(long(&conn, 1000).expect("found"));
                        assert_eq!(
                            ids(ordered(&conn, home, &p, &conditions(), "number", &all).expect("ordered")),
                            compared
                        );
                        assert_eq!(
                            ids(select(&conn, home, &p, conditions(), "number").expect("selected")),
                            compared
                        );
                        pages += usize::from(!compared.is_empty());
                    }
                }
            }
        }
        assert!(pages > 20);
    }
}
