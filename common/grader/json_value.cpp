#include "grader/json_value.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "image/files.hpp"
#include "tensor/npy.hpp"

namespace cnn::grader {
namespace {

using Json = nlohmann::ordered_json;

constexpr Index most_printed = 1000;

// JSON has no NaN and no infinity. Python writes these words where a number belongs, and so do we: the library sees a
// text in their place, which begins with a character that no text from a terminal has.
const std::array<std::pair<std::string_view, double>, 3> not_finite{
    std::pair{"-Infinity", -std::numeric_limits<double>::infinity()},
    std::pair{"Infinity", std::numeric_limits<double>::infinity()},
    std::pair{"NaN", std::numeric_limits<double>::quiet_NaN()}};
const std::string stand_in(1, '\0');

// The text with stand-ins for these words, where they are not part of a text.
std::string with_stand_ins(std::string_view text) {
    std::string result;
    for (bool quoted = false; !text.empty();) {
        const auto word =
            std::ranges::find_if(not_finite, [&](const auto& one) { return text.starts_with(one.first); });
        std::size_t taken = quoted && text[0] == '\\' && text.size() > 1 ? 2 : 1;
        if (!quoted && word != not_finite.end()) {
            taken = word->first.size();
            result += "\"\\u0000" + std::string(word->first) + '"';
        } else {
            quoted ^= text[0] == '"';
            result += text.substr(0, taken);
        }
        text.remove_prefix(taken);
    }
    return result;
}

// The way back, from what was written.
std::string without_stand_ins(std::string text) {
    for (const auto& [word, value] : not_finite) {
        const std::string written = "\"\\u0000" + std::string(word) + '"';
        for (std::size_t at = 0; (at = text.find(written, at)) != text.npos; at += word.size())
            text.replace(at, written.size(), word);
    }
    return text;
}

Json number_json(double value) {
    for (const auto& [word, special] : not_finite)
        if (value == special || (std::isnan(value) && std::isnan(special))) return stand_in + std::string(word);
    return value;
}
Json number_json(float value) { return std::isfinite(value) ? Json(value) : number_json(double{value}); }

Value from_json(const Json& json, const std::string& argument) {
    switch (json.type()) {
        case Json::value_t::null:
            return Nothing{};
        case Json::value_t::boolean:
            return json.get<bool>();
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
            return json.get<std::int64_t>();
        case Json::value_t::number_float:
            return json.get<double>();
        case Json::value_t::string: {
            const auto text = json.get<std::string>();
            for (const auto& [word, value] : not_finite)
                if (text == stand_in + std::string(word)) return value;
            return text;
        }
        case Json::value_t::array: {
            List list;
            for (const Json& item : json) list.push_back(from_json(item, argument));
            return list;
        }
        case Json::value_t::object: {
            Record record;
            for (const auto& [name, item] : json.items()) record.push_back({name, from_json(item, argument)});
            return record;
        }
        default:
            throw Error(fmt::format("{}: not a value", argument));
    }
}

Json tensor_json(const Tensor& tensor, int axis, Index& flat) {
    if (axis == tensor.rank()) return number_json(tensor[flat++]);
    Json list = Json::array();
    for (Index i = 0; i < tensor.size(axis); ++i) list.push_back(tensor_json(tensor, axis + 1, flat));
    return list;
}

Json to_json(const Value& value) {
    if (const auto* v = std::get_if<bool>(&value)) return *v;
    if (const auto* v = std::get_if<std::int64_t>(&value)) return *v;
    if (const auto* v = std::get_if<double>(&value)) return number_json(*v);
    if (const auto* v = std::get_if<std::string>(&value)) return *v;
    if (const auto* v = std::get_if<Tensor>(&value)) {
        if (v->count() > most_printed)
            throw Error(
                fmt::format("the result {} is too large to print: name a file for it with -o y.npy", v->shape()));
        Index flat = 0;
        return tensor_json(*v, 0, flat);
    }
    if (const auto* v = std::get_if<List>(&value)) {
        Json list = Json::array();
        for (const Value& item : *v) list.push_back(to_json(item));
        return list;
    }
    if (const auto* v = std::get_if<Record>(&value)) {
        Json object = Json::object();
        for (const Field& field : *v) object[field.name] = to_json(field.value);
        return object;
    }
    if (std::holds_alternative<Image>(value)) throw Error("the result is a picture: name a file for it with -o y.png");
    return nullptr;
}

// Tensors leave the value for files; what remains is for the terminal.
Json write_parts(const Value& value, const std::filesystem::path& output) {
    if (const auto* tensor = std::get_if<Tensor>(&value)) {
        if (output.extension() != ".npy")
            throw Error(fmt::format("the result is a tensor {}: name a .npy file for it, -o {}", tensor->shape(),
                                    std::filesystem::path(output).replace_extension(".npy").string()));
        write_npy(output, *tensor);
        return Json();
    }
    if (const auto* image = std::get_if<Image>(&value)) {
        write_image(output, *image);
        return Json();
    }
    if (const auto* record = std::get_if<Record>(&value)) {
        Json rest = Json::object();
        for (const Field& field : *record) {
            auto path = output;
            path.replace_extension(field.name + output.extension().string());
            if (Json part = write_parts(field.value, path); !part.is_null()) rest[field.name] = std::move(part);
        }
        return rest.empty() ? Json() : rest;
    }
    return to_json(value);
}

}  // namespace

Value parse_argument(const std::string& argument, const std::function<void(const std::string&)>& tell) {
    if (names_array(argument)) {
        NpyArray array = load_npy(argument);
        if (tell && !array.note.empty()) tell(array.note);
        return std::move(array.tensor);
    }
    if (is_picture_name(argument)) return read_image(argument);
    try {
        return from_json(Json::parse(with_stand_ins(argument)), argument);
    } catch (const Json::exception&) {
        throw Error(fmt::format(
            "{}: neither a file (.npy, .npz, .png, .jpg) nor a JSON value such as 3, 0.5, \"text\", [1, 2] or "
            "{{\"size\": 3}}",
            argument));
    }
}

std::string write_result(const Value& result, const std::filesystem::path& output) {
    const Json rest = output.empty() ? to_json(result) : write_parts(result, output);
    if (!output.empty() && rest.is_null()) return "";
    return without_stand_ins(rest.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace cnn::grader
