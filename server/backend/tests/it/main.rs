//! The backend over a real PostgreSQL and a scripted model server. Each test has a database of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop where it stands"
)]

mod asked_by_one;
mod attachments;
mod branches;
mod calibration;
mod changes;
mod clocks;
mod connections;
mod drafts;
mod embedders;
mod export;
mod facts;
mod fences;
mod forgetting;
mod imports;
mod isolation;
mod jobs;
mod language_packs;
mod languages;
mod layers;
mod long_conversations;
mod memories;
mod migrations;
mod models;
mod own_server;
mod own_server_extensions;
mod own_server_pooler;
mod people;
mod people_administration;
mod people_generations;
mod people_links;
mod people_sessions;
mod per_person;
mod queue;
mod readable;
mod real_everyday;
mod real_model;
mod recall;
mod remembering;
mod search;
mod sharing;
mod sources;
mod structure;
mod talk;
mod temporary;
mod text_cost;
mod thinking;
mod turns;
mod upgrade;
mod wild_models;
