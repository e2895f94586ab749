#include "tensor/npy.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

#include "tensor/file.hpp"

namespace cnn {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied from the file as they stand");

constexpr std::string_view magic = "\x93NUMPY";

// What the header, a Python dictionary, says.
struct Header {
    std::string type;
    bool fortran_order = false;
    std::vector<Index> sizes;
};

// Reads the few forms of Python's literals that NumPy writes into a header.
class HeaderParser {
public:
    HeaderParser(std::string_view text, std::string_view name) : rest_(text), name_(name) {}

    Header parse() {
        std::optional<std::string> type;
        std::optional<bool> fortran_order;
        std::optional<std::vector<Index>> sizes;
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr")
                type = descriptor();
            else if (key == "fortran_order")
                fortran_order = boolean();
            else if (key == "shape")
                sizes = tuple();
            else
                fail(fmt::format("an unknown entry '{}'", printable(key)));
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_blanks();
        if (!rest_.empty()) fail("something after the dictionary");
        if (!type || !fortran_order || !sizes) fail("no 'descr', 'fortran_order' or 'shape'");
        return {*type, *fortran_order, *sizes};
    }

private:
    [[noreturn]] void fail(std::string_view what) const {
        fail_data("{}: damaged .npy header: it has {}", name_, what);
    }

    static std::string printable(std::string_view text) {
        std::string result(text.substr(0, 20));
        for (char& c : result)
            if (c < ' ' || c > '~') c = '?';
        return result;
    }

    void skip_blanks() {
        while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
    }
    bool accept(char c) {
        skip_blanks();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail(fmt::format("no '{}' where one belongs", c));
    }
    bool accept_word(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::string quoted() {
        expect('\'');
        const std::size_t end = rest_.find('\'');
        if (end == rest_.npos) fail("a quotation mark that is not closed");
        const std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return text;
    }
    std::string descriptor() {
        skip_blanks();
        if (rest_.starts_with('['))
            fail_data("{}: holds records, not numbers: save one field of the array, as float32", name_);
        return quoted();
    }
    bool boolean() {
        if (accept_word("True")) return true;
        if (accept_word("False")) return false;
        fail("neither True nor False for 'fortran_order'");
    }
    Index integer() {
        skip_blanks();
        Index value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{} || value < 0) fail("a size that is not a number from 0 to 2^63 - 1");
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }
    std::vector<Index> tuple() {
        std::vector<Index> values;
        expect('(');
        while (!accept(')')) {
            values.push_back(integer());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return values;
    }

    std::string_view rest_, name_;
};

// Where the header's text lies: after the magic, two bytes of version and two or four of length.
std::pair<std::string_view, std::string_view> split(std::string_view bytes, std::string_view name) {
    if (bytes.empty()) fail_data("{}: the file is empty, expected a .npy file", name);
    if (!bytes.starts_with(magic.substr(0, bytes.size())))
        fail_data("{}: not a .npy file (it does not start with \\x93NUMPY)", name);
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t version = bytes.size() > magic.size() ? byte(magic.size()) : 1;
    if (version < 1 || version > 3)
        fail_data("{}: .npy format version {} is not known here (1, 2 and 3 are)", name, version);
    const std::size_t start = magic.size() + (version == 1 ? 4 : 6);
    const auto fail_cut = [&] {
        fail_data("{}: .npy file cut short in its header, after {} bytes", name, bytes.size());
    };
    if (bytes.size() < start) fail_cut();
    std::size_t length = 0;
    for (std::size_t i = start; i-- > magic.size() + 2;) length = length << 8 | byte(i);
    if (bytes.size() - start < length) fail_cut();
    return {bytes.substr(start, length), bytes.substr(start + length)};
}

template <class T>
Tensor convert(std::string_view data, const Shape& shape) {
    Tensor result = Tensor::uninitialized(shape);
    const char* at = data.data();
    for (float& value : result.values()) {
        T number;
        std::memcpy(&number, at, sizeof number);
        value = static_cast<float>(number);
        at += sizeof number;
    }
    return result;
}

struct Type {
    std::string_view descriptor;
    std::size_t bytes;
    Tensor (*convert)(std::string_view data, const Shape& shape);
};
constexpr Type types[] = {{"<f4", 4, convert<float>},        {"<f8", 8, convert<double>},
                          {"<i4", 4, convert<std::int32_t>}, {"<i8", 8, convert<std::int64_t>},
                          {"|u1", 1, convert<std::uint8_t>}, {"<u1", 1, convert<std::uint8_t>}};

const Type& find_type(const std::string& descriptor, std::string_view name) {
    for (const Type& type : types)
        if (type.descriptor == descriptor) return type;
    for (const char c : descriptor)
        if (c < ' ' || c > '~') fail_data("{}: damaged .npy header: its 'descr' is not text", name);
    fail_data("{}: numbers of type '{}' are not read here: save the array with .astype('float32')", name,
              descriptor.substr(0, 20));
}

Shape shape_of(const std::vector<Index>& sizes, std::string_view name) {
    try {
        return Shape(sizes);
    } catch (const ShapeError& error) {
        fail_data("{}: {}", name, error.what());
    }
}

}  // namespace

Tensor parse_npy(std::string_view bytes, std::string_view name) {
    const auto [text, data] = split(bytes, name);
    const Header header = HeaderParser(text, name).parse();
    const Type& type = find_type(header.type, name);
    if (header.fortran_order) fail_data("{}: stored in Fortran order: save np.ascontiguousarray(array) instead", name);
    const Shape shape = shape_of(header.sizes, name);
    // Divide rather than multiply: a header can promise more bytes than an integer counts.
    const auto count = static_cast<std::size_t>(shape.count());
    if (data.size() / type.bytes < count)
        fail_data("{}: .npy file cut short: shape {} needs {} numbers of {} bytes, but {} bytes follow the header",
                  name, shape, count, type.bytes, data.size());
    if (data.size() != count * type.bytes)
        fail_data("{}: {} bytes too many after the {} numbers of shape {}", name, data.size() - count * type.bytes,
                  count, shape);
    return type.convert(data, shape);
}

Tensor read_npy(const std::filesystem::path& path) { return parse_npy(read_file(path), path.string()); }

std::string npy_bytes(const Tensor& tensor) {
    std::string sizes;
    for (const Index size : tensor.shape().sizes()) sizes += fmt::format("{}, ", size);
    if (tensor.rank() == 1) sizes.pop_back();              // (3,)
    if (tensor.rank() > 1) sizes.erase(sizes.size() - 2);  // (3, 4)
    std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", sizes);
    // NumPy aligns the numbers to 64 bytes, for programs that map the file into memory.
    const std::size_t before = magic.size() + 4;
    header.append(63 - (before + header.size()) % 64, ' ').push_back('\n');

    std::string bytes(magic);
    bytes += {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
    bytes += header;
    const auto values = tensor.values();
    if (!values.empty()) bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return bytes;
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) { replace_file(path, npy_bytes(tensor)); }

}  // namespace cnn
