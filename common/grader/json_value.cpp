#include "grader/json_value.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "image/files.hpp"
#include "tensor/npy.hpp"

namespace cnn::grader {
namespace {

using Json = nlohmann::ordered_json;

constexpr Index most_printed = 1000;

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
        case Json::value_t::string:
            return json.get<std::string>();
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
    if (axis == tensor.rank()) return tensor[flat++];
    Json list = Json::array();
    for (Index i = 0; i < tensor.size(axis); ++i) list.push_back(tensor_json(tensor, axis + 1, flat));
    return list;
}

Json to_json(const Value& value) {
    if (const auto* v = std::get_if<bool>(&value)) return *v;
    if (const auto* v = std::get_if<std::int64_t>(&value)) return *v;
    if (const auto* v = std::get_if<double>(&value)) return *v;
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

Value parse_argument(const std::string& argument) {
    if (argument.ends_with(".npy")) return read_npy(argument);
    if (is_picture_name(argument)) return read_image(argument);
    try {
        return from_json(Json::parse(argument), argument);
    } catch (const Json::exception&) {
        throw Error(
            fmt::format("{}: neither a file (.npy, .png, .jpg) nor a JSON value such as 3, 0.5, \"text\", [1, 2] or "
                        "{{\"size\": 3}}",
                        argument));
    }
}

std::string write_result(const Value& result, const std::filesystem::path& output) {
    const Json rest = output.empty() ? to_json(result) : write_parts(result, output);
    return output.empty() || !rest.is_null() ? rest.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n" : "";
}

}  // namespace cnn::grader
