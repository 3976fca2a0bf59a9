//! End-to-end tests: they drive the built binary over its real transports, as clients do.
//!
//! One program for all of them, so that they are linked once and run side by side.

mod backpressure;
mod command_line;
mod configuration;
mod durability;
mod ending;
mod handshake;
mod histories;
mod history_schema;
mod loaded_threads;
mod model_service;
mod published_client;
mod reconnecting;
mod same_everywhere;
mod send_message;
mod support;
mod turns;
mod two_servers;
mod unix_socket;
mod websocket;
