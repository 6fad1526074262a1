//! The sorts of changes.

/// What sort of thing differs, and how. The names are part of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A server line is new.
    ServerAdded,
    /// A server line is gone.
    ServerRemoved,
    /// A server line reads otherwise.
    ServerChanged,
    /// A backend is new.
    BackendAdded,
    /// A backend is gone.
    BackendRemoved,
    /// An entry of a map is new.
    MapEntryAdded,
    /// An entry of a map has another value.
    MapEntryChanged,
    /// An entry of a map is gone.
    MapEntryRemoved,
    /// A map with many differences is replaced at once.
    MapReplaced,
    /// An entry of a list of addresses is new.
    AclEntryAdded,
    /// An entry of a list of addresses is gone.
    AclEntryRemoved,
    /// A list of addresses with many differences is replaced at once.
    AclReplaced,
    /// A certificate is new.
    CertificateAdded,
    /// A certificate has another content under the same name.
    CertificateChanged,
    /// A certificate is gone.
    CertificateRemoved,
    /// A certificate of an authority is new, other, or gone.
    Authority,
    /// A line of a crt-list is new.
    CrtListAdded,
    /// A line of a crt-list is gone.
    CrtListRemoved,
    /// An error page is new, other, or gone.
    ErrorPage,
    /// A line of `haproxy.cfg` reads otherwise.
    SettingChanged,
    /// A line of `haproxy.cfg`, or a section, is new.
    SettingAdded,
    /// A line of `haproxy.cfg`, or a section, is gone.
    SettingRemoved,
    /// Comments, blank lines, or the index of the bundle.
    Text,
    /// A file that is none of these.
    File,
}

impl ChangeKind {
    /// As it is printed in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServerAdded => "server_added",
            Self::ServerRemoved => "server_removed",
            Self::ServerChanged => "server_changed",
            Self::BackendAdded => "backend_added",
            Self::BackendRemoved => "backend_removed",
            Self::MapEntryAdded => "map_entry_added",
            Self::MapEntryChanged => "map_entry_changed",
            Self::MapEntryRemoved => "map_entry_removed",
            Self::MapReplaced => "map_replaced",
            Self::AclEntryAdded => "acl_entry_added",
            Self::AclEntryRemoved => "acl_entry_removed",
            Self::AclReplaced => "acl_replaced",
            Self::CertificateAdded => "certificate_added",
            Self::CertificateChanged => "certificate_changed",
            Self::CertificateRemoved => "certificate_removed",
            Self::Authority => "authority_changed",
            Self::CrtListAdded => "crt_list_added",
            Self::CrtListRemoved => "crt_list_removed",
            Self::ErrorPage => "error_page_changed",
            Self::SettingChanged => "setting_changed",
            Self::SettingAdded => "setting_added",
            Self::SettingRemoved => "setting_removed",
            Self::Text => "text_changed",
            Self::File => "file_changed",
        }
    }

    /// `+` for what is new, `-` for what is gone, `~` for what is there before and after.
    pub fn sign(self) -> char {
        match self {
            Self::ServerAdded
            | Self::BackendAdded
            | Self::MapEntryAdded
            | Self::AclEntryAdded
            | Self::CertificateAdded
            | Self::CrtListAdded
            | Self::SettingAdded => '+',
            Self::ServerRemoved
            | Self::BackendRemoved
            | Self::MapEntryRemoved
            | Self::AclEntryRemoved
            | Self::CertificateRemoved
            | Self::CrtListRemoved
            | Self::SettingRemoved => '-',
            Self::ServerChanged
            | Self::MapEntryChanged
            | Self::MapReplaced
            | Self::AclReplaced
            | Self::CertificateChanged
            | Self::Authority
            | Self::ErrorPage
            | Self::SettingChanged
            | Self::Text
            | Self::File => '~',
        }
    }
}
