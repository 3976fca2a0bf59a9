//! Pictures from files, made fit for a model (turns.md §8 imageView, agent.md §11.4).

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::ImageFormat;

/// Wider or higher pictures are scaled down to this.
const MAX_SIDE: u32 = 2048;

/// Whether a large picture is scaled down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// To at most 2048 pixels on each side.
    Scaled,
    /// Never.
    Original,
}

/// A picture ready to be sent.
#[derive(Debug)]
pub(crate) struct Image {
    bytes: Vec<u8>,
    mime: &'static str,
}

impl Image {
    /// The picture as a `data:` URL.
    pub(crate) fn data_url(&self) -> String {
        let mut url = format!("data:{};base64,", self.mime);
        BASE64.encode_string(&self.bytes, &mut url);
        url
    }
}

/// Why a file is no picture for the model.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageError {
    /// It can't be read.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// It is none, or of a kind that is not known; names the kind that its name promises.
    #[error("unsupported image `{0}`")]
    Unsupported(&'static str),
}

/// Loads a picture.
pub(crate) fn load(path: &Path, fit: Fit) -> Result<Image, ImageError> {
    let bytes = std::fs::read(path)?;
    prepare(bytes, fit).ok_or_else(|| ImageError::Unsupported(mime_of_name(path)))
}

fn prepare(bytes: Vec<u8>, fit: Fit) -> Option<Image> {
    let format = image::guess_format(&bytes).ok()?;
    let mime = match format {
        ImageFormat::Png => "image/png",
        ImageFormat::Jpeg => "image/jpeg",
        ImageFormat::Gif => "image/gif",
        ImageFormat::WebP => "image/webp",
        _ => return None,
    };
    let picture = image::load_from_memory_with_format(&bytes, format).ok()?;
    if fit == Fit::Original || (picture.width() <= MAX_SIDE && picture.height() <= MAX_SIDE) {
        return Some(Image { bytes, mime });
    }
    let scaled = picture.resize(MAX_SIDE, MAX_SIDE, image::imageops::FilterType::Triangle);
    let (target, mime) = match format {
        ImageFormat::Jpeg => (ImageFormat::Jpeg, "image/jpeg"),
        _ => (ImageFormat::Png, "image/png"),
    };
    let mut out = std::io::Cursor::new(Vec::new());
    scaled.write_to(&mut out, target).ok()?;
    Some(Image {
        bytes: out.into_inner(),
        mime,
    })
}

/// The kind that a file's name promises.
fn mime_of_name(path: &Path) -> &'static str {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match extension.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "heic" => "image/heic",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "md" => "text/markdown",
        "txt" | "log" | "text" => "text/plain",
        _ => "application/octet-stream",
    }
}

/// Keeps a generated picture under the home; what isn't base64 of something is kept nowhere.
pub(crate) async fn save_generated(home: &Path, thread_id: &str, id: &str, result: &str) -> Option<PathBuf> {
    let bytes = BASE64
        .decode(result.trim())
        .ok()
        .filter(|bytes| !bytes.is_empty())?;
    let plain = |name: &str| -> String {
        name.chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                    c
                } else {
                    '_'
                }
            })
            .collect()
    };
    let folder = home.join("generated_images").join(plain(thread_id));
    tokio::fs::create_dir_all(&folder).await.ok()?;
    let path = folder.join(format!("{}.png", plain(id)));
    tokio::fs::write(&path, bytes).await.ok()?;
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(width, height)
            .write_to(&mut out, ImageFormat::Png)
            .expect("a png");
        out.into_inner()
    }

    #[test]
    fn a_small_picture_goes_as_it_is() {
        let bytes = png(3, 2);
        let image = prepare(bytes.clone(), Fit::Scaled).expect("a picture");
        assert_eq!((image.bytes, image.mime), (bytes, "image/png"));
    }

    #[test]
    fn a_large_picture_is_scaled_to_fit() {
        let image = prepare(png(3000, 1000), Fit::Scaled).expect("a picture");
        let scaled = image::load_from_memory(&image.bytes).expect("a picture");
        assert_eq!((scaled.width(), scaled.height()), (2048, 683));
        assert_eq!(
            prepare(png(3000, 10), Fit::Original).expect("a picture").bytes,
            png(3000, 10)
        );
    }

    #[test]
    fn what_is_no_picture_is_named_by_its_name() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("a.txt");
        std::fs::write(&path, "text").expect("file");
        assert_eq!(
            load(&path, Fit::Scaled).expect_err("no picture").to_string(),
            "unsupported image `text/plain`"
        );
    }

    #[tokio::test]
    async fn a_picture_is_saved_under_a_harmless_name() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = save_generated(dir.path(), "thread", "../ig/2", "aGk=")
            .await
            .expect("saved");
        assert_eq!(path, dir.path().join("generated_images/thread/___ig_2.png"));
        assert_eq!(save_generated(dir.path(), "thread", "x", "%%%").await, None);
        assert_eq!(save_generated(dir.path(), "thread", "x", "").await, None);
    }
}
