#include "tensor/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <set>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn {
namespace {

// Signatures and sizes of the format's records (APPNOTE.TXT 6.3, section 4.3).
constexpr std::string_view local_header("PK\3\4", 4), table_header("PK\1\2", 4), end_record("PK\5\6", 4),
    end_record_64("PK\6\6", 4), end_locator_64("PK\6\7", 4);
constexpr std::size_t local_size = 30, table_entry_size = 46, end_size = 22, end_size_64 = 56, locator_size = 20;
constexpr std::uint64_t entry_limit = 100'000;

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// For messages: names come from the file.
std::string printable_name(std::string_view name) {
    std::string text(name.substr(0, 60));
    std::ranges::replace_if(
        text, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

}  // namespace

bool is_zip(std::string_view bytes) { return bytes.starts_with(local_header) || bytes.starts_with(end_record); }

Zip::Zip(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) { read_table(); }

const ZipEntry* Zip::find(std::string_view name) const {
    const auto found = std::ranges::find(entries_, name, &ZipEntry::name);
    return found == entries_.end() ? nullptr : &*found;
}

void Zip::read_table() {
    // The last record; behind it there may be a comment, which these programs do not write.
    const std::size_t end = bytes_.rfind(end_record);
    if (end == bytes_.npos || bytes_.size() - end < end_size)
        fail_data("{}: ZIP archive cut short: its table, which is at the end, is missing", name_);
    if (bytes_.size() - end - end_size != number(bytes_, end + 20, 2))
        fail_data("{}: ZIP archive damaged: {} bytes behind its end", name_, grouped(bytes_.size() - end - end_size));
    std::uint64_t count = number(bytes_, end + 10, 2), size = number(bytes_, end + 12, 4),
                  begin = number(bytes_, end + 16, 4), behind = end;
    if (end >= locator_size && bytes_.substr(end - locator_size, 4) == end_locator_64) {
        behind = number(bytes_, end - locator_size + 8, 8);
        const std::size_t locator = end - locator_size;
        if (behind > locator || locator - behind < end_size_64 || bytes_.substr(behind, 4) != end_record_64 ||
            number(bytes_, behind + 4, 8) != locator - behind - 12)
            fail_data("{}: ZIP archive damaged: its end points to byte {}, where nothing ends", name_, behind);
        count = number(bytes_, behind + 32, 8), size = number(bytes_, behind + 40, 8);
        begin = number(bytes_, behind + 48, 8);
    }
    if (begin > behind || size != behind - begin)
        fail_data("{}: ZIP archive damaged: its table should have {} bytes from byte {}", name_, size, begin);
    if (count > entry_limit)
        fail_data("{}: a ZIP archive of {} entries, more than the {} that are read here", name_, count, entry_limit);

    std::string_view table = bytes_.substr(begin, size);
    for (std::uint64_t i = 0; i < count; ++i) entries_.push_back(read_entry(table));
    if (!table.empty()) fail_data("{}: ZIP archive damaged: its table has more than {} entries", name_, count);

    std::set<std::string_view> names;
    std::vector<const ZipEntry*> order;
    for (const ZipEntry& entry : entries_) {
        if (!names.insert(entry.name).second)
            fail_data("{}: ZIP archive damaged: {} is there twice", name_, printable_name(entry.name));
        order.push_back(&entry);
    }
    std::ranges::sort(order, {}, &ZipEntry::begin);
    std::uint64_t last = 0;
    for (const ZipEntry* entry : order) {
        if (entry->begin < last || entry->begin + entry->packed > begin)
            fail_data("{}: ZIP archive damaged: {} lies where something else does", name_, printable_name(entry->name));
        last = entry->begin + entry->packed;
    }
}

// Takes one entry from the front of the table.
ZipEntry Zip::read_entry(std::string_view& table) const {
    if (table.size() < table_entry_size || !table.starts_with(table_header))
        fail_data("{}: ZIP archive damaged: its table is not sound at entry {}", name_, entries_.size() + 1);
    const std::uint64_t name_size = number(table, 28, 2), extra_size = number(table, 30, 2),
                        whole = table_entry_size + name_size + extra_size + number(table, 32, 2);
    if (table.size() < whole) fail_data("{}: ZIP archive damaged: its table ends within an entry", name_);
    ZipEntry entry{.name = std::string(table.substr(table_entry_size, name_size)),
                   .method = static_cast<std::uint16_t>(number(table, 10, 2)),
                   .crc = static_cast<std::uint32_t>(number(table, 16, 4)),
                   .packed = number(table, 20, 4),
                   .size = number(table, 24, 4),
                   .begin = number(table, 42, 4)};
    if (number(table, 8, 2) & 1) fail_data("{}: {} is encrypted", name_, printable_name(entry.name));
    // Numbers that need more than 32 bits stand in a field of their own, in this order.
    std::string_view extra = table.substr(table_entry_size + name_size, extra_size);
    while (extra.size() >= 4) {
        const std::uint64_t id = number(extra, 0, 2), length = number(extra, 2, 2);
        std::string_view field = extra.substr(4, length);
        for (std::uint64_t* value : {&entry.size, &entry.packed, &entry.begin})
            if (id == 1 && *value == 0xffffffff && field.size() >= 8)
                *value = number(field, 0, 8), field.remove_prefix(8);
        extra.remove_prefix(std::min<std::size_t>(extra.size(), 4 + length));
    }
    table.remove_prefix(whole);
    find_contents(entry);
    return entry;
}

// The table says where an entry's own header is; its contents follow behind that.
void Zip::find_contents(ZipEntry& entry) const {
    const std::uint64_t at = entry.begin;
    if (at > bytes_.size() || bytes_.size() - at < local_size || bytes_.substr(at, 4) != local_header)
        fail_data("{}: ZIP archive damaged: at byte {} there is no {}", name_, at, printable_name(entry.name));
    const std::uint64_t name_size = number(bytes_, at + 26, 2);
    entry.begin = at + local_size + name_size + number(bytes_, at + 28, 2);
    if (entry.begin > bytes_.size() || bytes_.size() - entry.begin < entry.packed)
        fail_data("{}: ZIP archive damaged: {} reaches beyond its end", name_, printable_name(entry.name));
    if (bytes_.substr(at + local_size, name_size) != entry.name)
        fail_data("{}: ZIP archive damaged: {} has another name in its own header", name_, printable_name(entry.name));
}

std::string Zip::read(const ZipEntry& entry, std::uint64_t size_limit) const {
    const std::string name = printable_name(entry.name);
    if (entry.size > size_limit)
        fail_data("{}: {} has {} bytes, more than the {} that it may have", name_, name, grouped(entry.size),
                  grouped(size_limit));
    if (entry.method == 0) return std::string(view(entry));
    if (entry.method != 8)
        fail_data("{}: {} is packed by method {}, which is not read here (stored and deflated are)", name_, name,
                  entry.method);
    std::string contents = inflate(entry, bytes_.substr(entry.begin, entry.packed));
    check_sum(entry, contents);
    return contents;
}

std::string_view Zip::view(const ZipEntry& entry) const {
    const std::string name = printable_name(entry.name);
    if (entry.method != 0) fail_data("{}: {} is packed: expected an archive whose entries are stored", name_, name);
    if (entry.size != entry.packed)
        fail_data("{}: ZIP archive damaged: {} should have {} bytes and has {}", name_, name, grouped(entry.size),
                  grouped(entry.packed));
    const std::string_view contents = bytes_.substr(entry.begin, entry.packed);
    check_sum(entry, contents);
    return contents;
}

void Zip::check_sum(const ZipEntry& entry, std::string_view contents) const {
    const auto sum = ::crc32_z(0, reinterpret_cast<const Bytef*>(contents.data()), contents.size());
    if (sum != entry.crc)
        fail_data("{}: {} is damaged (its checksum is wrong): fetch the file again", name_, printable_name(entry.name));
}

std::string Zip::inflate(const ZipEntry& entry, std::string_view packed) const {
    const auto fail = [&] {
        fail_data("{}: {} is damaged: it does not unpack to its {} bytes", name_, printable_name(entry.name),
                  grouped(entry.size));
    };
    // Deflate packs at most 1032 to one, and zlib counts in 32 bits.
    if (entry.size / 1032 > entry.packed || std::max(entry.size, entry.packed) > 0xffffffff) fail();
    std::string contents(entry.size, '\0');
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail_data("{}: no memory to unpack it", name_);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(contents.data());
    stream.avail_out = static_cast<uInt>(contents.size());
    const int status = ::inflate(&stream, Z_FINISH);
    const bool whole = status == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    ::inflateEnd(&stream);
    if (!whole) fail();
    return contents;
}

}  // namespace cnn
