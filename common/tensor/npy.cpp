#include "tensor/npy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "tensor/file.hpp"
#include "tensor/half.hpp"
#include "tensor/npy_header.hpp"
#include "tensor/zip.hpp"

namespace cnn {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied from the file as they stand");

// The places of the numbers in the file, in the order of the tensor's.
class Places {
public:
    Places(const Shape& shape, bool fortran_order) : shape_(shape) {
        Index step = 1;
        for (int k = 0; k < shape.rank(); ++k) {
            const int axis = fortran_order ? k : shape.rank() - 1 - k;
            steps_[static_cast<std::size_t>(axis)] = step;
            step *= shape[axis];
        }
    }
    std::size_t next() {
        const auto place = static_cast<std::size_t>(place_);
        for (int axis = shape_.rank(); axis-- > 0;) {
            const auto k = static_cast<std::size_t>(axis);
            place_ += steps_[k];
            if (++at_[k] < shape_[axis]) break;
            place_ -= steps_[k] * at_[k];
            at_[k] = 0;
        }
        return place;
    }

private:
    Shape shape_;
    std::array<Index, Shape::max_rank> steps_{}, at_{};
    Index place_ = 0;
};

struct Converted {
    Tensor tensor;
    Index rounded = 0, infinite = 0;
};

struct Half {
    std::uint16_t bits;
    explicit operator float() const { return from_half(bits); }
};

template <class T>
T number_at(const char* at, bool swapped) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), at, sizeof(T));
    if (swapped) std::ranges::reverse(bytes);
    return std::bit_cast<T>(bytes);
}

template <class T>
Converted convert(const char* data, const Shape& shape, bool swapped, bool fortran_order) {
    Converted result{.tensor = Tensor::uninitialized(shape)};
    if (shape.count() == 0) return result;
    Places places(shape, fortran_order);
    for (float& value : result.tensor.values()) {
        const T number = number_at<T>(data + places.next() * sizeof(T), swapped);
        value = static_cast<float>(number);
        if constexpr (sizeof(T) >= 4 && !std::is_same_v<T, float>) {
            // A long double holds every number of 64 bits.
            if (std::isinf(value) && !std::isinf(static_cast<long double>(number)))
                ++result.infinite;
            else if (static_cast<long double>(value) != static_cast<long double>(number) && !std::isnan(value))
                ++result.rounded;
        }
    }
    return result;
}

struct Type {
    std::string_view descriptor, name;
    std::size_t bytes;
    Converted (*convert)(const char* data, const Shape& shape, bool swapped, bool fortran_order);
};
constexpr Type types[] = {{"f2", "float16", 2, convert<Half>},       {"f4", "float32", 4, convert<float>},
                          {"f8", "float64", 8, convert<double>},     {"b1", "bool", 1, convert<std::uint8_t>},
                          {"i1", "int8", 1, convert<std::int8_t>},   {"u1", "uint8", 1, convert<std::uint8_t>},
                          {"i2", "int16", 2, convert<std::int16_t>}, {"u2", "uint16", 2, convert<std::uint16_t>},
                          {"i4", "int32", 4, convert<std::int32_t>}, {"u4", "uint32", 4, convert<std::uint32_t>},
                          {"i8", "int64", 8, convert<std::int64_t>}, {"u8", "uint64", 8, convert<std::uint64_t>}};

// What an array of a type that is no real number holds, and what to save instead.
std::string refused(std::string_view descriptor) {
    switch (descriptor.empty() ? ' ' : descriptor[0]) {
        case 'c':
            return "complex numbers: save their .real and .imag";
        case 'O':
            return "Python objects, which are not unpickled here: save the numbers alone, .astype('float32')";
        case 'S':
        case 'U':
            return "text, not numbers";
        case 'M':
        case 'm':
            return "dates or times: save them as numbers, .astype('int64')";
        case 'V':
            return "records, not numbers: save one field of the array alone";
        default:
            return "numbers of a type that is not read here: save the array with .astype('float32')";
    }
}

const Type& find_type(const std::string& descriptor, std::string_view name) {
    for (const char c : descriptor)
        if (c < ' ' || c > '~') fail_data("{}: damaged .npy header: its 'descr' is not text", name);
    const bool has_order =
        !descriptor.empty() && std::string_view("<>|=").find(descriptor[0]) != std::string_view::npos;
    const std::string_view kind = std::string_view(descriptor).substr(has_order ? 1 : 0);
    for (const Type& type : types)
        if (has_order && type.descriptor == kind && (type.bytes == 1 || descriptor[0] != '|')) return type;
    fail_data("{}: type '{}': {}", name, descriptor.substr(0, 20), refused(kind));
}

Shape shape_of(const std::vector<Index>& sizes, std::string_view name) {
    try {
        return Shape(sizes);
    } catch (const ShapeError& error) {
        fail_data("{}: {}", name, error.what());
    }
}

std::string note_of(const Converted& converted, const Type& type, std::string_view name) {
    const auto all = static_cast<std::uint64_t>(converted.tensor.count());
    std::string note;
    const auto add = [&](Index count, std::string_view what) {
        if (count > 0)
            note += fmt::format("{}{} of {} numbers of type {} {}", note.empty() ? fmt::format("{}: ", name) : "; ",
                                grouped(static_cast<std::uint64_t>(count)), grouped(all), type.name, what);
    };
    add(converted.rounded, "are rounded to float32");
    add(converted.infinite, "are too large for float32 and become infinite");
    return note;
}

// "x.npy" is array x.
std::string_view array_name(std::string_view entry) {
    return entry.ends_with(".npy") ? entry.substr(0, entry.size() - 4) : entry;
}

NpyArray from_archive(std::string_view bytes, const std::string& path, std::string_view wanted) {
    const Zip archive(bytes, path);
    std::vector<std::string_view> names;
    const ZipEntry* found = nullptr;
    for (const ZipEntry& entry : archive.entries()) {
        if (!entry.name.ends_with(".npy")) continue;
        names.push_back(array_name(entry.name));
        if (wanted == entry.name || wanted == names.back() || wanted.empty()) found = &entry;
    }
    if (names.empty()) fail_data("{}: there is no array in this archive: expected entries NAME.npy", path);
    const bool choose = wanted.empty() && names.size() > 1;
    if (!found || choose) {
        constexpr std::size_t shown = 10;
        const std::string more = names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "";
        names.resize(std::min(names.size(), shown));
        std::string list = fmt::format("{}", fmt::join(names, ", "));
        std::ranges::replace_if(
            list, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
        fail_data("{}: {} arrays {}{}: name one of them, as {}:NAME", path,
                  choose ? "holds" : "there is no such array, only", list.substr(0, 300), more, path);
    }
    return load_npy(archive.read(*found, default_size_limit), path + ":" + std::string(array_name(found->name)));
}

}  // namespace

bool names_array(std::string_view path) {
    return path.ends_with(".npy") || path.ends_with(".npz") || path.find(".npz:") != path.npos;
}

NpyArray load_npy(std::string_view bytes, std::string_view name) {
    const auto [header, data] = read_npy_header(bytes, name);
    const Type& type = find_type(header.type, name);
    const Shape shape = shape_of(header.sizes, name);
    // Divide rather than multiply: a header can promise more bytes than an integer counts.
    const auto count = static_cast<std::size_t>(shape.count());
    if (data.size() / type.bytes < count)
        fail_data("{}: .npy file cut short: shape {} needs {} numbers of {} bytes, but {} bytes follow the header",
                  name, shape, count, type.bytes, data.size());
    if (data.size() != count * type.bytes)
        fail_data("{}: {} bytes too many after the {} numbers of shape {}", name, data.size() - count * type.bytes,
                  count, shape);
    Converted converted = type.convert(data.data(), shape, header.type[0] == '>', header.fortran_order);
    std::string note = note_of(converted, type, name);
    return {std::move(converted.tensor), std::move(note)};
}

NpyArray load_npy(const std::filesystem::path& path) {
    // FILE.npz:NAME, unless there is a file of just that name.
    const std::string text = path.string();
    const std::size_t colon = text.rfind(".npz:");
    std::error_code ignored;
    const bool member = colon != text.npos && !std::filesystem::exists(path, ignored);
    const std::string file = member ? text.substr(0, colon + 4) : text;
    const std::string bytes = read_file(file);
    if (member || is_zip(bytes)) return from_archive(bytes, file, member ? text.substr(colon + 5) : "");
    return load_npy(bytes, file);
}

Tensor parse_npy(std::string_view bytes, std::string_view name) { return load_npy(bytes, name).tensor; }
Tensor read_npy(const std::filesystem::path& path) { return load_npy(path).tensor; }

std::string npy_bytes(const Tensor& tensor) {
    std::string sizes;
    for (const Index size : tensor.shape().sizes()) sizes += fmt::format("{}, ", size);
    if (tensor.rank() == 1) sizes.pop_back();              // (3,)
    if (tensor.rank() > 1) sizes.erase(sizes.size() - 2);  // (3, 4)
    std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", sizes);
    // NumPy aligns the numbers to 64 bytes, for programs that map the file into memory.
    const std::size_t before = npy_magic.size() + 4;
    header.append(63 - (before + header.size()) % 64, ' ').push_back('\n');

    std::string bytes(npy_magic);
    bytes += {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
    bytes += header;
    const auto values = tensor.values();
    if (!values.empty()) bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return bytes;
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) { replace_file(path, npy_bytes(tensor)); }

}  // namespace cnn
