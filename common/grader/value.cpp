#include "grader/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "grader/numbers.hpp"

namespace cnn::grader {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

// Tensors this small are shown whole in the line, if they are not shown in rows below it.
constexpr Index shown_whole = 16;

template <class Span>
std::string join_numbers(const Span& values) {
    std::string text;
    for (const auto value : values) text += (text.empty() ? "" : " ") + number(static_cast<double>(value));
    return text;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

// ---- bytes: a tag, then the contents, little endian -----------------------------------------------------------------

enum class Tag : std::uint8_t { nothing, boolean, integer, real, string, list, record, tensor, image };

class Writer {
public:
    std::string bytes;

    void write(const Value& value) {
        raw(static_cast<Tag>(value.index()));
        std::visit(Overloaded{[](Nothing) {}, [&](bool v) { raw(std::uint8_t{v}); }, [&](std::int64_t v) { raw(v); },
                              [&](double v) { raw(v); }, [&](const std::string& v) { text(v); },
                              [&](const List& v) {
                                  raw(std::uint64_t{v.size()});
                                  for (const Value& item : v) write(item);
                              },
                              [&](const Record& v) {
                                  raw(std::uint64_t{v.size()});
                                  for (const Field& field : v) text(field.name), write(field.value);
                              },
                              [&](const Tensor& v) {
                                  raw(std::uint8_t(v.rank()));
                                  for (const Index size : v.shape().sizes()) raw(size);
                                  block(v.values());
                              },
                              [&](const Image& v) {
                                  raw(v.height), raw(v.width), raw(v.channels);
                                  raw(std::uint64_t{v.pixels.size()});
                                  block(std::span(v.pixels));
                              }},
                   static_cast<const Value::variant&>(value));
    }

private:
    template <class T>
    void raw(const T& v) {
        bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
    }
    template <class T>
    void block(std::span<const T> v) {
        if (!v.empty()) bytes.append(reinterpret_cast<const char*>(v.data()), v.size_bytes());
    }
    void block(std::span<float> v) { block(std::span<const float>(v)); }
    void text(const std::string& v) { raw(std::uint64_t{v.size()}), bytes += v; }
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    Value read_whole() {
        Value value = read(0);
        if (!rest_.empty()) fail();
        return value;
    }

private:
    Value read(int depth) {
        if (depth > 32) fail();
        switch (raw<Tag>()) {
            case Tag::nothing:
                return Nothing{};
            case Tag::boolean:
                return raw<std::uint8_t>() != 0;
            case Tag::integer:
                return raw<std::int64_t>();
            case Tag::real:
                return raw<double>();
            case Tag::string:
                return text();
            case Tag::list: {
                List list(length(1));
                for (Value& item : list) item = read(depth + 1);
                return list;
            }
            case Tag::record: {
                Record record(length(9));
                for (Field& field : record) field.name = text(), field.value = read(depth + 1);
                return record;
            }
            case Tag::tensor:
                return tensor();
            case Tag::image:
                return image();
        }
        fail();
    }

    Tensor tensor() {
        const int rank = raw<std::uint8_t>();
        if (rank > Shape::max_rank) fail();
        std::vector<Index> sizes;
        for (int axis = 0; axis < rank; ++axis) sizes.push_back(raw<Index>());
        const Shape shape{std::span<const Index>(sizes)};
        const std::string_view numbers = take(static_cast<std::uint64_t>(shape.count()), sizeof(float));
        Tensor result = Tensor::uninitialized(shape);
        if (!numbers.empty()) std::memcpy(result.data(), numbers.data(), numbers.size());
        return result;
    }

    Image image() {
        Image result;
        result.height = raw<Index>(), result.width = raw<Index>(), result.channels = raw<Index>();
        const std::string_view pixels = take(raw<std::uint64_t>(), 1);
        result.pixels.assign(pixels.begin(), pixels.end());
        return result;
    }

    template <class T>
    T raw() {
        T value;
        std::memcpy(&value, take(sizeof(T), 1).data(), sizeof(T));
        return value;
    }
    std::string text() { return std::string(take(raw<std::uint64_t>(), 1)); }
    // A count of things of at least `bytes` bytes each, all of which must still be there.
    std::size_t length(std::size_t bytes) {
        const auto count = raw<std::uint64_t>();
        if (count > rest_.size() / bytes) fail();
        return static_cast<std::size_t>(count);
    }
    std::string_view take(std::uint64_t count, std::size_t bytes) {
        if (count > rest_.size() / bytes) fail();
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count) * bytes);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    [[noreturn]] static void fail() { throw DataError("the answer cannot be read: its bytes do not form a value"); }

    std::string_view rest_;
};

}  // namespace

std::string encode(const Value& value) {
    Writer writer;
    writer.write(value);
    return std::move(writer.bytes);
}

Value decode(std::string_view bytes) {
    try {
        return Reader(bytes).read_whole();
    } catch (const ShapeError& error) {  // sizes that are no shape
        throw DataError(error.what());
    }
}

namespace {

// Fields of aggregates in an aggregate are told apart: "model.w [3, 3]   velocity.w [3, 3]".
std::string describe_field(const std::string& path, const Value& value) {
    const auto* record = std::get_if<Record>(&value);
    if (!record) return describe(path, value);
    std::string text;
    for (const Field& field : *record)
        text += (text.empty() ? "" : "   ") + describe_field(path + "." + field.name, field.value);
    return text;
}

}  // namespace

std::string describe(const std::string& name, const Value& value) {
    const std::string prefix = name.empty() ? "" : name + " ";
    return std::visit(
        Overloaded{[&](Nothing) { return prefix + "nothing"; }, [&](bool v) { return prefix + (v ? "true" : "false"); },
                   [&](std::int64_t v) { return prefix + std::to_string(v); },
                   [&](double v) { return prefix + number(v); },
                   [&](const std::string& v) { return fmt::format("{}\"{}\"", prefix, v); },
                   [&](const List& v) {
                       if (v.size() > 8) return fmt::format("{}({} values)", prefix, v.size());
                       std::string text;
                       for (const Value& item : v) text += (text.empty() ? "" : ", ") + describe("", item);
                       return fmt::format("{}({})", prefix, text);
                   },
                   [&](const Record& v) {
                       std::string text;
                       for (const Field& field : v)
                           text += (text.empty() ? "" : "   ") + describe_field(field.name, field.value);
                       return text;
                   },
                   [&](const Tensor& v) {
                       const bool whole = v.count() > 0 && v.count() <= shown_whole && !fits_in_rows(v.shape());
                       return fmt::format("{}{}{}", prefix, v.shape(), whole ? " = " + join_numbers(v.values()) : "");
                   },
                   [&](const Image& v) {
                       return fmt::format("{}{}×{} image, {} channel{}", prefix, v.height, v.width, v.channels,
                                          v.channels == 1 ? "" : "s");
                   }},
        static_cast<const Value::variant&>(value));
}

std::string describe_all(const std::vector<std::string>& names, const List& values) {
    std::map<std::string, int> uses;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (const auto* record = std::get_if<Record>(&values[i]))
            for (const Field& field : *record) ++uses[field.name];
        else
            ++uses[names[i]];
    }
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto* record = std::get_if<Record>(&values[i]);
        const bool clashes =
            record && std::ranges::any_of(*record, [&](const Field& field) { return uses[field.name] > 1; });
        line += "   " + (clashes ? describe_field(names[i], values[i]) : describe(names[i], values[i]));
    }
    return line;
}

bool identical(const Value& a, const Value& b) {
    if (a.index() != b.index()) return false;
    if (const auto* list = std::get_if<List>(&a)) return std::ranges::equal(*list, std::get<List>(b), identical);
    if (const auto* record = std::get_if<Record>(&a))
        return std::ranges::equal(*record, std::get<Record>(b), [](const Field& f, const Field& g) {
            return f.name == g.name && identical(f.value, g.value);
        });
    if (const auto* tensor = std::get_if<Tensor>(&a)) {
        const auto& other = std::get<Tensor>(b);
        return tensor->shape() == other.shape() && same_bits(tensor->values(), other.values());
    }
    return encode(a) == encode(b);
}

}  // namespace cnn::grader
