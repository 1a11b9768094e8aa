//! What every storage does, whichever it is: a file, SQL in memory, and the twin that is no SQL.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

#[path = "conformance/bodies.rs"]
mod bodies;
#[path = "conformance/chains.rs"]
mod chains;
#[path = "conformance/everything.rs"]
mod everything;
#[path = "conformance/keys.rs"]
mod keys;
#[path = "conformance/known.rs"]
mod known;
#[path = "conformance/makers.rs"]
mod makers;
#[path = "conformance/operations.rs"]
mod operations;
#[path = "conformance/people.rs"]
mod people;
#[path = "conformance/places.rs"]
mod places;
#[path = "conformance/random.rs"]
mod random;
#[path = "conformance/subject.rs"]
mod subject;
#[path = "conformance/transactions.rs"]
mod transactions;
#[path = "conformance/words.rs"]
mod words;

/// Each case on each storage.
macro_rules! conform {
    ($($module:ident: $($case:ident),+;)+) => {
        mod on_a_file {
            $($(#[test] fn $case() { super::$module::$case(super::subject::on_a_file); })+)+
        }
        mod in_sql_memory {
            $($(#[test] fn $case() { super::$module::$case(super::subject::in_sql_memory); })+)+
        }
        mod in_the_twin {
            $($(#[test] fn $case() { super::$module::$case(super::subject::in_the_twin); })+)+
        }
    };
}

conform! {
    transactions: an_error_leaves_nothing, a_panic_leaves_nothing_and_the_store_usable,
        an_answer_comes_back_and_a_second_try_succeeds, what_one_operation_wrote_the_next_one_reads;
    chains: a_chain_grows_one_by_one, tips_and_header_hashes_are_those_of_the_chain, a_vector_is_of_one_topic,
        a_stretch_ends_about_where_it_is_told, a_stretch_ends_signed, a_run_without_its_end_is_given_to_nobody,
        what_is_signed_later_is_given_then, the_newest_are_read_backwards,
        an_archived_chain_goes_on_from_its_end, an_archived_topic_has_a_gap_and_the_others_do_not;
    keys: chains_of_a_key_are_those_and_no_others, the_last_of_a_key_is_the_one_that_began_last,
        documents_beyond_a_number_are_named_once, forks_are_kept_up_to_a_limit_of_each_chain, the_body_of_a_fork_goes_and_its_header_stays,
        a_disk_that_was_put_back_is_seen, a_disk_that_was_copied_is_seen, numbers_beyond_all_are_no_others;
    bodies: states_are_kept_with_their_reasons, what_waits_is_found_by_what_it_waits_for,
        a_dropped_body_is_gone_and_its_header_is_not, a_state_of_what_is_not_held_changes_nothing,
        entries_about_a_document_come_in_the_order_of_the_log, an_item_is_new_once,
        a_forgotten_document_is_put_together_again;
    places: items_are_placed_once_in_each_topic, a_document_is_unplaced_as_a_whole,
        a_forgotten_document_stays_where_it_was, places_are_kept_only_where_they_are_asked_for,
        the_centre_is_who_the_options_say;
    words: a_card_stands_by_version_and_then_by_body_in_any_order, control_is_kept_by_kind_and_subject,
        what_a_peer_holds_goes_up_and_down, incidents_are_counted, settings_are_read_from_their_document,
        fields_are_replaced_and_documents_found_by_kind;
    people: both_halves_of_a_transfer_meet, the_numbers_of_one_person_are_kin,
        what_a_transaction_touched_is_told_and_projected, projecting_early_tells_the_fold_and_is_done_again,
        reviews_come_urgent_and_oldest_first, the_other_record_is_judged_anew_when_one_is_forgotten,
        visits_of_a_day_are_rows, what_comes_after_an_erasure_is_a_review;
    known: a_card_is_found_by_the_secret, a_short_number_of_two_municipalities_is_ambiguous,
        one_name_in_two_spellings_is_the_same_name, places_that_were_given_up_are_counted;
}
