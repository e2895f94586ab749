// ZIP archives, in which NumPy and PyTorch keep several arrays: the table at the end, and the entries one by one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cnn {

bool is_zip(std::string_view bytes);

struct ZipEntry {
    std::string name;
    std::uint16_t method = 0;  // 0: stored, 8: deflated
    std::uint32_t crc = 0;
    std::uint64_t packed = 0, size = 0;  // in bytes
    std::uint64_t begin = 0;             // of the packed bytes, in the archive
};

// Refers to `bytes`, which must outlive it. Reads archives of one part, with ZIP64's larger numbers.
class Zip {
public:
    // Throws DataError for an archive that is cut short or damaged, or whose entries overlap, leave the archive, or
    // bear one name twice; `name` is what errors call it.
    Zip(std::string_view bytes, std::string name);

    const std::vector<ZipEntry>& entries() const { return entries_; }
    const ZipEntry* find(std::string_view name) const;  // nullptr where there is none
    // The contents, with their checksum verified. Throws DataError where they are damaged, encrypted or packed by a
    // method other than these two, and where they have more than `size_limit` bytes.
    std::string read(const ZipEntry& entry, std::uint64_t size_limit) const;
    // The same without a copy, of a stored entry; DataError for another.
    std::string_view view(const ZipEntry& entry) const;

private:
    void read_table();
    ZipEntry read_entry(std::string_view& table) const;
    void find_contents(ZipEntry& entry) const;
    std::string inflate(const ZipEntry& entry, std::string_view packed) const;
    void check_sum(const ZipEntry& entry, std::string_view contents) const;

    std::string_view bytes_;
    std::string name_;
    std::vector<ZipEntry> entries_;
};

}  // namespace cnn
