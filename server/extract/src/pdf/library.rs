//! The bundled PDFium: packed into this program, unpacked into the memory of the child that needs it.
//!
//! There is no file on the disk that another account could replace, that an update could leave behind, or that a
//! folder without permission to execute could make useless. Unpacking and loading take 30 ms.

use pdfium_render::prelude::Pdfium;

/// `libpdfium.so`, compressed; empty in a build without it.
static PACKED: &[u8] = include_bytes!(env!("HEARTH_EMBEDDED_PDFIUM"));

/// Whether this build has PDFium. Without it, PDFs are read by a reader in Rust, which knows fewer encodings and no
/// forms.
#[must_use]
pub const fn has_pdf_library() -> bool {
    !PACKED.is_empty()
}

/// Loads PDFium; none in a build without it, or if this system cannot load it. Must run before the limits of the
/// sandbox, which allow no further file.
#[cfg(target_os = "linux")]
pub(crate) fn load() -> Option<Pdfium> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::{fs::File, os::fd::AsRawFd};
    if !has_pdf_library() {
        return None;
    }
    let mut file = File::from(memfd_create("libpdfium.so", MemfdFlags::CLOEXEC).ok()?);
    zstd::stream::copy_decode(PACKED, &mut file).ok()?;
    let bindings = Pdfium::bind_to_library(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()?;
    Some(Pdfium::new(bindings))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn load() -> Option<Pdfium> {
    None
}
