//! The dispatcher: claims answers while a slot is free, runs each in a task of its own, and sweeps lost leases.

use super::{Claim, Ended, claim::GivenBack, lease, places};
use crate::Backend;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Pause before an answer is tried again after the model server was away.
const AWAY: Duration = Duration::from_secs(5);

/// How long an empty queue is not read when only this process adds to it. Additions wake the dispatcher; this
/// interval covers an addition whose request was cut off before it could. It is longer than the pool keeps idle
/// connections.
const QUIET: Duration = Duration::from_secs(10);

pub(crate) fn start_runners(backend: &Backend) {
    let backend = backend.clone();
    backend.inner.tasks.clone().spawn(async move {
        let shutdown = backend.inner.shutdown.clone();
        shutdown.run_until_cancelled(dispatch(&backend)).await;
    });
}

async fn dispatch(backend: &Backend) {
    let queue = &backend.inner.queue;
    if backend.inner.config.alone
        && let Err(error) = lease::sweep_left_over(backend).await
    {
        tracing::warn!(%error, "claims of the previous start cannot be read");
    }
    let mut watch = lease::Watch::default();
    let every = queue.lease / 4;
    let mut swept = Instant::now();
    loop {
        let changed = queue.changed();
        let quiet = match claim_all(backend).await {
            Ok(busy) => !busy && backend.inner.config.alone,
            Err(error) => {
                tracing::warn!(%error, "the queue cannot be read");
                false
            }
        };
        let wait = if quiet {
            QUIET
        } else {
            every.saturating_sub(swept.elapsed())
        };
        let woken = async {
            tokio::select! {
                () = changed => {}
                () = backend.models().changed() => {
                    if let Err(error) = queue.resume_waiting().await {
                        tracing::warn!(%error, "waiting answers could not be resumed");
                    }
                }
            }
        };
        if timeout(wait, woken).await.is_err() {
            if let Err(error) = lease::sweep(backend, &mut watch).await {
                tracing::warn!(%error, "leases cannot be read");
            }
            swept = Instant::now();
        }
    }
}

/// Claims free slots and publishes the places of the others. Returns whether any answer waits or runs.
async fn claim_all(backend: &Backend) -> crate::Result<bool> {
    // On a full disk, answers go on waiting.
    if backend.has_room() {
        let endpoint = backend.models().endpoint();
        for claim in backend.inner.queue.claim(endpoint.id, endpoint.slots).await? {
            let backend = backend.clone();
            let tasks = backend.inner.tasks.clone();
            tasks.spawn(async move { run(&backend, claim).await });
        }
    }
    places::publish(backend).await
}

/// Runs one answer to its end, renewing its lease, and frees its place.
async fn run(backend: &Backend, claim: Claim) {
    let queue = &backend.inner.queue;
    // Stop cancels this token; a shutdown cancels all of them.
    let stop = CancellationToken::new();
    queue.running().insert(claim.runner, (claim.answer, stop.clone()));
    let ended = tokio::select! {
        ended = (queue.hooks.run)(backend.clone(), claim, stop.clone()) => ended,
        () = queue.keep_alive(&claim, &stop) => unreachable!("a heartbeat never ends"),
    };
    queue.running().remove(&claim.runner);
    let given_back = match ended {
        Ok(Ended::Settled) => Ok(()),
        Ok(Ended::ServerAway) => give_back(backend, &claim, AWAY).await,
        Ok(Ended::NotBegun) => give_back(backend, &claim, Duration::ZERO).await,
        Ok(Ended::Lost) => {
            tracing::warn!(answer = %claim.answer, "a lease was lost; the result of its runner was discarded");
            Ok(())
        }
        // The lease expires and the sweep marks the answer as lost; the next one in the queue starts now.
        Err(error) => {
            tracing::error!(%error, answer = %claim.answer, "a turn failed");
            Ok(())
        }
    };
    if let Err(error) = given_back {
        tracing::warn!(%error, answer = %claim.answer, "an answer could not be put back");
    }
    queue.advance();
}

async fn give_back(backend: &Backend, claim: &Claim, wait: Duration) -> crate::Result<()> {
    match backend.inner.queue.give_back(claim, wait).await? {
        GivenBack::Waits | GivenBack::Lost => Ok(()),
        GivenBack::StopRequested => {
            (backend.inner.queue.hooks.stop)(backend.for_user(claim.user), claim.answer).await
        }
    }
}
