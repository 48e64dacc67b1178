//! Signing in: sessions, accounts, tokens, a provider that lies in every way it can, and a load balancer.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod accounts;
mod balancer;
mod commands;
pub mod house;
mod lessons;
mod provider;
mod sessions;
mod tokens;
