//! The dispatcher: claims while a slot is free, runs each answer in a task of its own, sweeps lost leases.

use super::{Claim, lease, places};
use crate::{Backend, turn};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How long an answer waits before the model server that was away is tried again.
const AWAY: Duration = Duration::from_secs(5);

pub(crate) fn start_runners(backend: &Backend) {
    let backend = backend.clone();
    backend.inner.tasks.clone().spawn(async move {
        let shutdown = backend.inner.shutdown.clone();
        shutdown.run_until_cancelled(dispatch(&backend)).await;
    });
}

async fn dispatch(backend: &Backend) {
    let queue = &backend.inner.queue;
    let mut sweep = tokio::time::interval(queue.lease / 2);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let changed = queue.changed();
        if let Err(error) = claim_all(backend).await {
            tracing::warn!(%error, "the queue cannot be read");
        }
        tokio::select! {
            () = changed => {}
            _ = sweep.tick() => {
                if let Err(error) = lease::sweep(backend).await {
                    tracing::warn!(%error, "leases cannot be read");
                }
            }
        }
    }
}

async fn claim_all(backend: &Backend) -> crate::Result<()> {
    while let Some(claim) = backend
        .inner
        .queue
        .claim(backend.inner.config.slots.get())
        .await?
    {
        let backend = backend.clone();
        backend
            .inner
            .tasks
            .clone()
            .spawn(async move { run(&backend, claim).await });
    }
    places::tell(backend).await
}

/// Runs one answer to its end, renewing its lease, and frees its place.
async fn run(backend: &Backend, claim: Claim) {
    let queue = &backend.inner.queue;
    let started = Instant::now();
    // Stop ends this answer; shutting down ends all of them.
    let stop = CancellationToken::new();
    queue.running().insert(claim.answer, stop.clone());
    let ended = tokio::select! {
        ended = turn::run_turn(backend, &claim, &stop) => ended,
        () = queue.keep_alive(claim.answer, &stop) => unreachable!("a heartbeat never ends"),
    };
    queue.running().remove(&claim.answer);
    match ended {
        Ok(turn::Ended::Settled) => queue.took(started.elapsed().as_secs_f32()),
        Ok(turn::Ended::ServerAway) => {
            if let Err(error) = queue.put_back(claim.answer, AWAY).await {
                tracing::warn!(%error, "an answer could not be put back");
            }
        }
        // The lease runs out and the sweep marks it; whoever waits behind it goes on now.
        Err(error) => tracing::error!(%error, answer = %claim.answer, "a turn failed"),
    }
    queue.advance();
}
