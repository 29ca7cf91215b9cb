//! The dispatcher: claims while a slot is free, runs each answer in a task of its own, sweeps lost leases.

use super::{Claim, Ended, claim::GivenBack, lease, places};
use crate::Backend;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long an answer waits before the model server that was away is tried again.
const AWAY: Duration = Duration::from_secs(5);

/// How long an empty queue is left alone to which only this process adds. It is told of what is added, unless whoever
/// adds it is cut off right after; and it is longer than the pool keeps connections that nobody needs.
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
        tracing::warn!(%error, "claims of the last start cannot be read");
    }
    let mut watch = lease::Watch::default();
    let every = queue.lease / 4;
    let mut swept = Instant::now();
    loop {
        let changed = queue.changed();
        let quiet = match claim_all(backend).await {
            Ok(anybody) => !anybody && backend.inner.config.alone,
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

/// Claims what can be claimed and tells everybody else their place; whether anybody runs or waits.
async fn claim_all(backend: &Backend) -> crate::Result<bool> {
    // On a full disk whoever waits goes on waiting.
    if backend.has_room() {
        let endpoint = backend.models().endpoint();
        for claim in backend.inner.queue.claim(endpoint.id, endpoint.slots).await? {
            let backend = backend.clone();
            let tasks = backend.inner.tasks.clone();
            tasks.spawn(async move { run(&backend, claim).await });
        }
    }
    places::tell(backend).await
}

/// Runs one answer to its end, renewing its lease, and frees its place.
async fn run(backend: &Backend, claim: Claim) {
    let queue = &backend.inner.queue;
    // Stop ends this answer; shutting down ends all of them.
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
            tracing::warn!(answer = %claim.answer, "a lease was lost; what its runner had does not count");
            Ok(())
        }
        // The lease runs out and the sweep marks it; whoever waits behind it goes on now.
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
