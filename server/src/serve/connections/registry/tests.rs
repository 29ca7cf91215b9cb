#![allow(clippy::unwrap_used)]
use super::{Limits, Registry, Slot};
use std::time::Duration;

/// Eight places: six for one source, three of them for strangers.
fn registry() -> Registry {
    Registry::new(Limits {
        total: 8,
        per_source: 6,
        strangers_per_source: 3,
        ..Limits::for_descriptors(1_024)
    })
}

fn open(registry: &Registry, address: &str, count: usize) -> Vec<Slot> {
    let admit = |_| registry.admit(address.parse().unwrap()).expect("there is room");
    (0..count).map(admit).collect()
}

fn sign_in(places: &[Slot]) {
    places.iter().for_each(|place| place.connection.signed_in());
}

fn closed(places: &[Slot]) -> Vec<bool> {
    places.iter().map(|place| place.connection.is_closed()).collect()
}

#[test]
fn a_source_that_has_its_share_loses_the_oldest_of_its_own_and_no_others() {
    let registry = registry();
    let others = open(&registry, "10.0.0.2", 3);
    let mut own = open(&registry, "10.0.0.1", 3);
    let busy = own[0].connection.busy();
    own.extend(open(&registry, "10.0.0.1", 1));
    assert_eq!(
        closed(&own),
        [false, true, false, false],
        "the oldest that nothing is done for"
    );
    assert_eq!(closed(&others), [false; 3]);
    drop(busy);
}

#[test]
fn when_all_places_are_taken_the_source_with_the_most_strangers_loses_one() {
    let registry = registry();
    let few = open(&registry, "10.0.0.1", 2);
    let many = open(&registry, "10.0.0.2", 3);
    let tabs = open(&registry, "10.0.0.3", 3);
    sign_in(&tabs);
    many[1].connection.unread_for(Duration::from_secs(3));
    let new = open(&registry, "10.0.0.4", 1);
    assert_eq!(
        closed(&many),
        [false, true, false],
        "the one that leaves its answer unread"
    );
    assert_eq!(
        (closed(&few), closed(&tabs), closed(&new)),
        (vec![false; 2], vec![false; 3], vec![false])
    );
}

#[test]
fn a_session_keeps_its_place_before_strangers_and_shares_places_with_other_sources() {
    let registry = registry();
    let home = open(&registry, "10.0.0.1", 3);
    sign_in(&home);
    let more = open(&registry, "10.0.0.1", 3);
    sign_in(&more);
    assert!(
        registry.admit("10.0.0.1".parse().unwrap()).is_none(),
        "it has all that one source may have"
    );
    let other = open(&registry, "10.0.0.2", 2);
    sign_in(&other);
    let third = open(&registry, "10.0.0.3", 1);
    assert_eq!(closed(&home), [true, false, false]);
    assert_eq!(
        (closed(&more), closed(&other), closed(&third)),
        (vec![false; 3], vec![false; 2], vec![false])
    );
}

#[test]
fn a_place_is_free_again_when_its_connection_ends() {
    let registry = registry();
    for _ in 0..100 {
        drop(open(&registry, "10.0.0.1", 3));
    }
    let open = super::lock(&registry.open);
    assert!(open.total == 0 && open.sources.is_empty());
}
