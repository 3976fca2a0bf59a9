//! Paths that must be absolute.

use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error as _;

/// An absolute path on the server's machine.
///
/// Reading a relative path fails with the message clients know from the reference,
/// `AbsolutePathBuf deserialized without a base path`. A path that is not UTF-8 is written with
/// replacement characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsolutePathBuf(PathBuf);

impl AbsolutePathBuf {
    /// Wraps `path` if it is absolute.
    pub fn new(path: impl Into<PathBuf>) -> Option<Self> {
        let path = path.into();
        path.is_absolute().then_some(Self(path))
    }

    /// Resolves `path` against `base`: an absolute `path` is taken as it is.
    pub fn resolve(path: impl AsRef<Path>, base: &AbsolutePathBuf) -> Self {
        Self(base.0.join(path))
    }

    /// Appends `path` to this one.
    pub fn join(&self, path: impl AsRef<Path>) -> Self {
        Self(self.0.join(path))
    }

    /// The folder this path lies in, if it is not the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.parent().map(|parent| Self(parent.to_owned()))
    }

    /// The path as a plain [`Path`].
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// The path as a plain [`PathBuf`].
    pub fn into_path_buf(self) -> PathBuf {
        self.0
    }
}

impl Deref for AbsolutePathBuf {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for AbsolutePathBuf {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl fmt::Debug for AbsolutePathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<AbsolutePathBuf> for PathBuf {
    fn from(path: AbsolutePathBuf) -> Self {
        path.0
    }
}

/// A path that was not absolute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAbsolute;

impl fmt::Display for NotAbsolute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AbsolutePathBuf deserialized without a base path")
    }
}

impl std::error::Error for NotAbsolute {}

impl TryFrom<PathBuf> for AbsolutePathBuf {
    type Error = NotAbsolute;

    fn try_from(path: PathBuf) -> Result<Self, NotAbsolute> {
        Self::new(path).ok_or(NotAbsolute)
    }
}

impl TryFrom<&Path> for AbsolutePathBuf {
    type Error = NotAbsolute;

    fn try_from(path: &Path) -> Result<Self, NotAbsolute> {
        Self::new(path).ok_or(NotAbsolute)
    }
}

impl Serialize for AbsolutePathBuf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_string_lossy())
    }
}

impl<'de> Deserialize<'de> for AbsolutePathBuf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = PathBuf::deserialize(deserializer)?;
        Self::try_from(path).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_is_refused() {
        let error = serde_json::from_str::<AbsolutePathBuf>(r#""a/b""#).expect_err("relative");
        assert!(
            error
                .to_string()
                .starts_with("AbsolutePathBuf deserialized without a base path")
        );
        assert_eq!(
            serde_json::from_str::<AbsolutePathBuf>(r#""/a/b""#).ok(),
            AbsolutePathBuf::new("/a/b")
        );
    }
}
