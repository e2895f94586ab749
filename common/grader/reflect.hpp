// C++ values to grader::Value and back, for the types that travel: arithmetic types, enums, strings, vectors, arrays,
// optionals, Shape, Tensor, Image, and aggregates of up to eight of these, whose field names are read off the compiler.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "grader/value.hpp"

namespace cnn::grader {

namespace detail {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t n>
inline constexpr bool is_array<std::array<T, n>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// Stands for a field of any type when counting how many an aggregate has.
struct Anything {
    template <class T>
    operator T() const;
};

template <class T, std::size_t... i>
consteval bool braces_with(std::index_sequence<i...>) {
    return requires { T{(static_cast<void>(i), Anything{})...}; };
}
template <class T, std::size_t n = 8>
consteval std::size_t field_count() {
    static_assert(n > 0, "an aggregate that travels has one to eight fields");
    if constexpr (braces_with<T>(std::make_index_sequence<n>{}))
        return n;
    else
        return field_count<T, n - 1>();
}

// References to the fields of an aggregate, in order.
template <class T>
constexpr auto tie_fields(T& t) {
    constexpr std::size_t n = field_count<std::remove_const_t<T>>();
    if constexpr (n == 1) {
        auto& [a] = t;
        return std::tie(a);
    } else if constexpr (n == 2) {
        auto& [a, b] = t;
        return std::tie(a, b);
    } else if constexpr (n == 3) {
        auto& [a, b, c] = t;
        return std::tie(a, b, c);
    } else if constexpr (n == 4) {
        auto& [a, b, c, d] = t;
        return std::tie(a, b, c, d);
    } else if constexpr (n == 5) {
        auto& [a, b, c, d, e] = t;
        return std::tie(a, b, c, d, e);
    } else if constexpr (n == 6) {
        auto& [a, b, c, d, e, f] = t;
        return std::tie(a, b, c, d, e, f);
    } else if constexpr (n == 7) {
        auto& [a, b, c, d, e, f, g] = t;
        return std::tie(a, b, c, d, e, f, g);
    } else {
        auto& [a, b, c, d, e, f, g, h] = t;
        return std::tie(a, b, c, d, e, f, g, h);
    }
}

// An object that exists for the sake of the addresses of its fields; it is never defined, which Clang would warn of.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif
template <class T>
extern const T somewhere;

// The address of a field as an argument of a template: Clang takes it only inside of a structure.
template <class P>
struct Place {
    P p;
};
template <class P>
Place(P) -> Place<P>;

// "… {(& somewhere<Window>.Window::size)} …" (GCC) or "… {&somewhere.size}]" (Clang)  →  "size"
template <Place place>
consteval std::string_view field_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text = text.substr(text.find("somewhere"));
    text = text.substr(0, text.find_first_of(")}"));
    return text.substr(text.find_last_of(".:") + 1);
}

template <class T, std::size_t i>
consteval std::string_view name_of_field() {
    return field_name<Place{&std::get<i>(tie_fields(somewhere<T>))}>();
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// "… e = cnn::lab04::Remainder::fill; …"  →  "fill"; empty for a number that no enumerator has.
template <auto e>
consteval std::string_view enumerator_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text = text.substr(text.find("e = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    if (text.starts_with('(')) return {};
    return text.substr(text.rfind(':') + 1);
}

// The names of the enumerators with the values 0 to 15; those of an enum that travels lie there.
template <class E>
inline constexpr auto enumerator_names = []<int... i>(std::integer_sequence<int, i...>) {
    return std::array{enumerator_name<static_cast<E>(i)>()...};
}
(std::make_integer_sequence<int, 16>{});

template <class E>
std::string enumerators() {
    std::string text;
    for (const std::string_view name : enumerator_names<E>)
        if (!name.empty()) text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

// Nested lists of numbers, all of one length at each depth, as a tensor: [[1, 2], [3, 4]] is one of shape [2, 2].
std::optional<Tensor> tensor_of(const Value& value);

[[noreturn]] void wrong_type(const std::string& path, std::string_view expected, const Value& got);

}  // namespace detail

template <class T>
Value to_value(const T& v) {
    if constexpr (std::is_same_v<T, Value> || std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                  std::is_same_v<T, Tensor> || std::is_same_v<T, Image>)
        return v;
    else if constexpr (std::is_integral_v<T>)
        return static_cast<std::int64_t>(v);
    else if constexpr (std::is_enum_v<T>) {  // by name, so that a report can be read
        const auto i = static_cast<std::size_t>(v);
        if (i < detail::enumerator_names<T>.size() && !detail::enumerator_names<T>[i].empty())
            return std::string(detail::enumerator_names<T>[i]);
        return "no enumerator: " + std::to_string(static_cast<std::int64_t>(v));
    } else if constexpr (std::is_floating_point_v<T>)
        return static_cast<double>(v);
    else if constexpr (detail::is_optional<T>)
        return v ? to_value(*v) : Value(Nothing{});
    else if constexpr (std::is_same_v<T, Shape>)  // travels as a list of its sizes
        return to_value(std::vector<Index>(v.sizes().begin(), v.sizes().end()));
    else if constexpr (requires { v.begin(), v.end(); }) {  // vectors, arrays, spans
        List list;
        for (const auto& item : v) list.push_back(to_value(std::remove_cvref_t<decltype(item)>(item)));
        return list;
    } else {
        static_assert(std::is_aggregate_v<T>, "this type does not travel between judge and worker");
        Record record;
        [&]<std::size_t... i>(std::index_sequence<i...>) {
            const auto fields = detail::tie_fields(v);
            (record.push_back({std::string(detail::name_of_field<T, i>()), to_value(std::get<i>(fields))}), ...);
        }
        (std::make_index_sequence<detail::field_count<T>()>{});
        return record;
    }
}

// Throws Error naming the place (`path`), what was expected there and what was found.
template <class T>
T from_value(const Value& value, const std::string& path) {
    if constexpr (std::is_same_v<T, Value>)
        return value;
    else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> || std::is_same_v<T, Tensor> ||
                       std::is_same_v<T, Image>) {
        if (const T* v = std::get_if<T>(&value)) return *v;
        if constexpr (std::is_same_v<T, Tensor>)
            if (auto tensor = detail::tensor_of(value)) return *std::move(tensor);
        detail::wrong_type(path,
                           std::is_same_v<T, bool>     ? "true or false"
                           : std::is_same_v<T, Tensor> ? "a tensor (a .npy file, or lists of numbers of one length)"
                           : std::is_same_v<T, Image>  ? "an image"
                                                       : "a text",
                           value);
    } else if constexpr (std::is_integral_v<T>) {
        const auto* v = std::get_if<std::int64_t>(&value);
        if (v && std::in_range<T>(*v)) return static_cast<T>(*v);
        detail::wrong_type(path, "a whole number", value);
    } else if constexpr (std::is_enum_v<T>) {
        if (const auto* name = std::get_if<std::string>(&value); name && !name->empty())
            for (std::size_t i = 0; i < detail::enumerator_names<T>.size(); ++i)
                if (*name == detail::enumerator_names<T>[i]) return static_cast<T>(i);
        detail::wrong_type(path, "one of " + detail::enumerators<T>(), value);
    } else if constexpr (std::is_floating_point_v<T>) {
        if (const auto* v = std::get_if<double>(&value)) return static_cast<T>(*v);
        if (const auto* v = std::get_if<std::int64_t>(&value)) return static_cast<T>(*v);
        detail::wrong_type(path, "a number", value);
    } else if constexpr (detail::is_optional<T>) {
        if (std::holds_alternative<Nothing>(value)) return std::nullopt;
        return from_value<typename T::value_type>(value, path);
    } else if constexpr (std::is_same_v<T, Shape>) {
        return Shape(from_value<std::vector<Index>>(value, path));
    } else if constexpr (detail::is_vector<T> || detail::is_array<T>) {
        const auto* list = std::get_if<List>(&value);
        if (!list) detail::wrong_type(path, "a list", value);
        T result{};
        if constexpr (detail::is_array<T>) {
            if (list->size() != result.size())
                detail::wrong_type(path, "a list of " + std::to_string(result.size()) + " values", value);
        } else
            result.reserve(list->size());
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto item = from_value<typename T::value_type>((*list)[i], path + "[" + std::to_string(i) + "]");
            if constexpr (detail::is_array<T>)
                result[i] = std::move(item);
            else
                result.push_back(std::move(item));
        }
        return result;
    } else {
        static_assert(std::is_aggregate_v<T>, "this type does not travel between judge and worker");
        const auto* record = std::get_if<Record>(&value);
        if (!record) detail::wrong_type(path, "an object with named fields", value);
        T result{};
        [&]<std::size_t... i>(std::index_sequence<i...>) {
            auto fields = detail::tie_fields(result);
            const auto known = [](const std::string& name) { return ((name == detail::name_of_field<T, i>()) || ...); };
            for (const Field& field : *record)
                if (!known(field.name))
                    detail::wrong_type(path,
                                       ("one of the fields" + ... + (" " + std::string(detail::name_of_field<T, i>()))),
                                       Value(field.name));
            const auto set = [&]<class F>(F& target, std::string_view name) {
                for (const Field& field : *record)
                    if (field.name == name) target = from_value<F>(field.value, path + "." + std::string(name));
            };
            (set(std::get<i>(fields), detail::name_of_field<T, i>()), ...);
        }
        (std::make_index_sequence<detail::field_count<T>()>{});
        return result;
    }
}

}  // namespace cnn::grader
