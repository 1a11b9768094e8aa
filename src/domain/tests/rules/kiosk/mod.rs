//! Journeys at a kiosk, as sequences of events.

mod check_in;
mod courier;
mod desk;
mod door;
mod keypad;
mod overrides;
mod random;
mod self_service;
mod status;
mod timing;
