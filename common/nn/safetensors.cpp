#include "nn/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "tensor/file.hpp"
#include "tensor/half.hpp"

namespace cnn::nn {
namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "numbers are copied from the file as they lie there");

constexpr std::uint64_t header_limit = 100'000'000;  // as in the reference implementation

struct Entry {
    std::string name, dtype;
    Shape shape;
    std::uint64_t begin = 0, end = 0;  // within the data, in bytes
};

constexpr std::pair<std::string_view, std::uint64_t> dtype_sizes[]{
    {"F32", 4}, {"F64", 8}, {"F16", 2}, {"BF16", 2}, {"BOOL", 1}, {"I8", 1},      {"U8", 1},      {"I16", 2},
    {"U16", 2}, {"I32", 4}, {"U32", 4}, {"I64", 8},  {"U64", 8},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"C64", 8}};

std::uint64_t size_of(std::string_view dtype) {
    for (const auto& [name, bytes] : dtype_sizes)
        if (name == dtype) return bytes;
    fail_data("dtype {} is not known here (F32, F64, F16, BF16, BOOL, I8 to I64 and U8 to U64 are)",
              dtype.substr(0, 20));
}
bool is_readable(std::string_view dtype) { return !dtype.starts_with("F8") && !dtype.starts_with("C"); }

template <class Number>
Number load(const char* bytes) {
    Number value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

Tensor convert(const Entry& entry, const char* bytes) {
    Tensor tensor = Tensor::uninitialized(entry.shape);
    if (tensor.empty()) return tensor;  // which has no memory to copy to
    const auto each = [&](auto read, std::size_t size) {
        for (float& value : tensor.values()) value = static_cast<float>(read(bytes)), bytes += size;
    };
    if (entry.dtype == "F32")
        std::memcpy(tensor.data(), bytes, static_cast<std::size_t>(tensor.count()) * sizeof(float));
    if (entry.dtype == "F64") each(load<double>, 8);
    if (entry.dtype == "I64") each(load<std::int64_t>, 8);
    if (entry.dtype == "I32") each(load<std::int32_t>, 4);
    if (entry.dtype == "I16") each(load<std::int16_t>, 2);
    if (entry.dtype == "I8") each(load<std::int8_t>, 1);
    if (entry.dtype == "U64") each(load<std::uint64_t>, 8);
    if (entry.dtype == "U32") each(load<std::uint32_t>, 4);
    if (entry.dtype == "U16") each(load<std::uint16_t>, 2);
    if (entry.dtype == "U8" || entry.dtype == "BOOL") each(load<std::uint8_t>, 1);
    if (entry.dtype == "F16") each([](const char* at) { return from_half(load<std::uint16_t>(at)); }, 2);
    if (entry.dtype == "BF16") each([](const char* at) { return from_bfloat(load<std::uint16_t>(at)); }, 2);
    return tensor;
}

std::uint64_t unsigned_number(const json& value, const char* what) {
    if (!value.is_number_unsigned()) fail_data("{} holds {}, which is no whole number from 0", what, value.dump());
    return value.get<std::uint64_t>();
}

Shape parse_shape(const json& value) {
    if (!value.is_array()) fail_data("its shape is no list");
    std::vector<Index> sizes;
    for (const json& size : value) {
        const std::uint64_t number = unsigned_number(size, "its shape");
        if (number > std::uint64_t{1} << 48) fail_data("its shape {} is larger than any memory", value.dump());
        sizes.push_back(static_cast<Index>(number));
    }
    try {
        return Shape(sizes);
    } catch (const ShapeError& error) {
        fail_data("{}", error.what());
    }
}

Entry parse_entry(const std::string& name, const json& value, std::uint64_t data_size) {
    if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
        fail_data("expected dtype, shape and data_offsets");
    if (!value["dtype"].is_string()) fail_data("its dtype is no text");
    const json& offsets = value["data_offsets"];
    if (!offsets.is_array() || offsets.size() != 2) fail_data("its data_offsets are not two numbers");

    Entry entry{name, value["dtype"].get<std::string>(), parse_shape(value["shape"]),
                unsigned_number(offsets[0], "data_offsets"), unsigned_number(offsets[1], "data_offsets")};
    if (entry.begin > entry.end || entry.end > data_size)
        fail_data("its bytes {} to {} are not within the {} bytes of data (was the file cut short?)", entry.begin,
                  entry.end, data_size);
    const std::uint64_t expected = static_cast<std::uint64_t>(entry.shape.count()) * size_of(entry.dtype);
    if (entry.end - entry.begin != expected)
        fail_data("{} {} needs {} bytes, data_offsets give it {}", entry.dtype, entry.shape, expected,
                  entry.end - entry.begin);
    return entry;
}

json parse_header(std::string_view text) {
    // The library keeps the last of two equal names; the format forbids them.
    std::set<std::string> names;
    const auto no_name_twice = [&](int depth, json::parse_event_t event, json& parsed) {
        if (depth == 1 && event == json::parse_event_t::key && !names.insert(parsed.get<std::string>()).second)
            fail_data("{} is there twice", parsed.get<std::string>());
        return true;
    };
    try {
        json header = json::parse(text, no_name_twice);
        if (!header.is_object()) fail_data("the header is no JSON object");
        return header;
    } catch (const json::exception& error) {
        fail_data("the header is not JSON: {}", error.what());
    }
}

// The tensors without a gap between them, in the order of their numbers.
std::vector<Entry> parse_entries(const json& header, std::uint64_t data_size) {
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
        if (name == "__metadata__") continue;
        try {
            entries.push_back(parse_entry(name, value, data_size));
        } catch (const DataError& error) {
            fail_data("tensor {}: {}", name, error.what());
        }
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t end = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != end)
            fail_data("tensor {} begins at byte {} of the data, the one before ends at {}", entry.name, entry.begin,
                      end);
        end = entry.end;
    }
    if (end != data_size) fail_data("the tensors end at byte {} of the data, which has {}", end, data_size);
    return entries;
}

std::map<std::string, std::string> parse_metadata(const json& header) {
    std::map<std::string, std::string> metadata;
    if (!header.contains("__metadata__")) return metadata;
    if (!header["__metadata__"].is_object()) fail_data("__metadata__ is no object");
    for (const auto& [key, value] : header["__metadata__"].items()) {
        if (!value.is_string()) fail_data("__metadata__: {} is no text", key);
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

SafeTensors parse(std::string_view bytes) {
    if (bytes.size() < 8) fail_data("{} bytes are too few for a safetensors file", bytes.size());
    const auto length = load<std::uint64_t>(bytes.data());
    if (length > header_limit || length > bytes.size() - 8)
        fail_data(
            "its first 8 bytes announce a header of {} bytes, the file has {}: cut short, or not a safetensors file",
            length, bytes.size());
    const json header = parse_header(bytes.substr(8, length));
    const std::string_view data = bytes.substr(8 + length);
    SafeTensors file{{}, parse_metadata(header), {}};
    for (const Entry& entry : parse_entries(header, data.size()))
        if (is_readable(entry.dtype))
            file.tensors.emplace_back(entry.name, convert(entry, data.data() + entry.begin));
        else
            file.unread[entry.name] = "numbers of type " + entry.dtype;
    return file;
}

}  // namespace

SafeTensors read_safetensors(const std::filesystem::path& path) {
    return parse_safetensors(read_file(path), path.string());
}

SafeTensors parse_safetensors(std::string_view bytes, const std::string& name) {
    try {
        return parse(bytes);
    } catch (const DataError& error) {
        fail_data("{}: {}", name, error.what());
    }
}

void write_safetensors(const std::filesystem::path& path, const std::vector<TensorToWrite>& tensors,
                       const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::uint64_t end = 0;
    for (const auto& [name, tensor] : tensors) {
        const std::uint64_t begin = end;
        end += static_cast<std::uint64_t>(tensor->count()) * sizeof(float);
        const auto sizes = tensor->shape().sizes();
        header[name] = {{"dtype", "F32"},
                        {"shape", std::vector<Index>(sizes.begin(), sizes.end())},
                        {"data_offsets", {begin, end}}};
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the numbers are aligned

    std::string bytes(8, '\0');
    const std::uint64_t length = text.size();
    std::memcpy(bytes.data(), &length, 8);
    bytes.reserve(8 + text.size() + end);
    bytes += text;
    for (const auto& [name, tensor] : tensors)
        bytes.append(reinterpret_cast<const char*>(tensor->data()),
                     static_cast<std::size_t>(tensor->count()) * sizeof(float));
    replace_file(path, bytes);
}

}  // namespace cnn::nn
