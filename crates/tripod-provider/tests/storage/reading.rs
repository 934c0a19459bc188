//! Records are found by what they belong to, page by page.

use tripod_provider::handle::Handle;
use tripod_provider::storage::{Kind, Op, Query, Record, Selector};

use crate::backend::Shared;
use crate::on_every_backend;
use crate::records::{Does as _, NOW, descendant, record, remove};

on_every_backend!(
    a_page_begins_behind_a_handle_that_is_gone,
    names_are_compared_as_they_are,
    pages_follow_one_another_in_the_order_of_handles,
);

const KIND: Kind = Kind::AccessToken;

fn selectors() -> [Selector; 6] {
    [
        Selector::All,
        Selector::Client("c1".to_owned()),
        Selector::Family("f3".to_owned()),
        Selector::Grant {
            user: "u2".to_owned(),
            client: "c1".to_owned(),
        },
        Selector::User("u2".to_owned()),
        Selector::User("nobody".to_owned()),
    ]
}

async fn write_many(storage: &Shared) -> Vec<Record> {
    let mut records: Vec<_> = (0..250)
        .map(|n| {
            let names = [
                format!("f{}", n % 25),
                format!("u{}", n % 5),
                format!("c{}", n % 3),
            ];
            descendant(KIND, &n.to_string(), names.each_ref().map(String::as_str))
        })
        .collect();
    storage
        .does(records.iter().cloned().map(Op::Insert))
        .await
        .unwrap();
    let other = record(Kind::RefreshToken, "of another kind");
    storage.does([Op::Insert(other)]).await.unwrap();
    records.sort_by_key(|record| record.handle);
    records
}

async fn pages_follow_one_another_in_the_order_of_handles(storage: Shared) {
    let records = write_many(&storage).await;
    for selector in selectors() {
        let meant = |record: &&Record| selector.matches(&record.index);
        let wanted: Vec<_> = records.iter().filter(meant).cloned().collect();
        for limit in [1, 7, 250, 1000, usize::MAX] {
            let mut query = Query::new(KIND, selector.clone());
            query.limit = limit;
            let mut found: Vec<Record> = Vec::new();
            loop {
                query.after = found.last().map(|record| record.handle);
                let page = storage.list(query.clone(), NOW).await.unwrap();
                assert!(page.len() <= limit);
                if page.is_empty() {
                    break;
                }
                found.extend(page);
            }
            assert_eq!(found, wanted, "{selector:?} {limit}");
        }
        let mut none = Query::new(KIND, selector.clone());
        none.limit = 0;
        assert_eq!(storage.list(none, NOW).await.unwrap(), []);
    }
}

async fn a_page_begins_behind_a_handle_that_is_gone(storage: Shared) {
    let records = write_many(&storage).await;
    storage.does([remove(&records[99])]).await.unwrap();
    let gone = records[99].handle;
    let least = Handle::from_octets([0; 32]);
    let greatest = Handle::from_octets([u8::MAX; 32]);
    for after in [gone, least, greatest] {
        let mut query = Query::new(KIND, Selector::All);
        query.after = Some(after);
        let page = storage.list(query, NOW).await.unwrap();
        let left = records.iter().filter(|record| record.handle != gone);
        let wanted: Vec<_> = left
            .filter(|record| record.handle > after)
            .take(100)
            .cloned()
            .collect();
        assert_eq!(page, wanted, "behind {after}");
    }
}

async fn names_are_compared_as_they_are(storage: Shared) {
    let names = [
        "alice", "Alice", "alice ", "", "%", "alic_", "'", "1", "01", "ü", "u\u{308}",
    ];
    for name in names {
        let own = descendant(KIND, name, [name, name, name]);
        storage.does([Op::Insert(own)]).await.unwrap();
    }
    for name in names {
        let owned = name.to_owned();
        let both = Selector::Grant {
            user: owned.clone(),
            client: owned.clone(),
        };
        for selector in [
            Selector::User(owned.clone()),
            Selector::Client(owned.clone()),
            Selector::Family(owned),
            both,
        ] {
            let found = storage.list(Query::new(KIND, selector), NOW).await.unwrap();
            assert_eq!(
                found,
                [descendant(KIND, name, [name, name, name])],
                "{name:?}"
            );
        }
    }
}
