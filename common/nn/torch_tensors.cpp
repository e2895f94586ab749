#include "nn/torch_tensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>

#include "tensor/file.hpp"
#include "tensor/half.hpp"

namespace cnn::nn {
namespace {

using Kind = PickleValue::Kind;

// ---- Numbers of a type

template <class T>
float as_float(const char* at) {
    T number;
    std::memcpy(&number, at, sizeof number);
    return static_cast<float>(number);
}
float half_as_float(const char* at) {
    std::uint16_t bits;
    std::memcpy(&bits, at, sizeof bits);
    return from_half(bits);
}
float bfloat_as_float(const char* at) {
    std::uint16_t bits;
    std::memcpy(&bits, at, sizeof bits);
    return from_bfloat(bits);
}

constexpr TorchType types[]{
    {"Float", 4, as_float<float>},        {"Double", 8, as_float<double>},     {"Half", 2, half_as_float},
    {"BFloat16", 2, bfloat_as_float},     {"Long", 8, as_float<std::int64_t>}, {"Int", 4, as_float<std::int32_t>},
    {"Short", 2, as_float<std::int16_t>}, {"Char", 1, as_float<std::int8_t>},  {"Byte", 1, as_float<std::uint8_t>},
    {"Bool", 1, as_float<std::uint8_t>},  {"ComplexFloat", 8, nullptr},        {"ComplexDouble", 16, nullptr}};

struct TensorReference {
    StorageReference storage;
    std::uint64_t offset;  // in numbers, as the strides
    std::vector<Index> sizes, strides;
};

Index whole_number(const PickleValue& value, std::string_view what) {
    constexpr Index largest = Index{1} << 48;
    if (value.kind != Kind::integer || value.integer < 0 || value.integer > largest)
        fail_data("{} is no whole number from 0 to 2^48", what);
    return value.integer;
}
std::vector<Index> whole_numbers(const PickleValue& value, std::string_view what) {
    if (value.kind != Kind::tuple) fail_data("{} is no list of numbers", what);
    std::vector<Index> numbers;
    for (const PickleValue* item : value.items) numbers.push_back(whole_number(*item, what));
    return numbers;
}

// The tensor that a value is, or nothing. A parameter is a tensor in a wrapper.
std::optional<TensorReference> tensor_of(const PickleValue* value) {
    while (value->kind == Kind::call && !value->items.empty() &&
           (value->text == "torch._utils._rebuild_parameter" || value->text == "torch.nn.parameter.Parameter"))
        value = value->items[0];
    if (value->kind != Kind::call || !value->text.starts_with("torch._utils._rebuild_tensor")) return std::nullopt;
    if (value->items.size() < 4) fail_data("it lacks storage, offset, sizes or strides");
    TensorReference tensor{
        storage_of(*value->items[0]), static_cast<std::uint64_t>(whole_number(*value->items[1], "its offset")),
        whole_numbers(*value->items[2], "its shape"), whole_numbers(*value->items[3], "its strides")};
    if (tensor.sizes.size() != tensor.strides.size())
        fail_data("{} sizes and {} strides", tensor.sizes.size(), tensor.strides.size());
    return tensor;
}

bool holds_tensors(const PickleValue* value) {
    if (!value || value->kind != Kind::dict) return false;
    for (std::size_t i = 1; i < value->items.size(); i += 2)
        if (value->items[i - 1]->kind == Kind::text && tensor_of(value->items[i])) return true;
    return false;
}

// How many numbers all tensors of a file may have: a storage can be seen by many tensors, and by one that repeats it.
class Budget {
public:
    explicit Budget(std::uint64_t file_size) : left_(4 * file_size + (1 << 20)) {}
    void take(Index count) {
        if (static_cast<std::uint64_t>(count) > left_)
            fail_data("with it, the tensors have more numbers than a file of this size gives a reason for");
        left_ -= static_cast<std::uint64_t>(count);
    }

private:
    std::uint64_t left_;
};

// Whether the numbers lie one behind the other, the last axis fastest.
bool is_dense(const Shape& shape, const std::vector<Index>& strides) {
    Index step = 1;
    for (int axis = shape.rank(); axis-- > 0; step *= shape[axis])
        if (shape[axis] != 1 && strides[static_cast<std::size_t>(axis)] != step) return false;
    return true;
}

Tensor read_tensor(const TensorReference& reference, Storages& storages, Budget& budget) {
    const Shape shape(reference.sizes);
    const StorageReference& storage = reference.storage;
    const std::string_view bytes = storages.find(storage);
    if (bytes.size() / storage.type->bytes != storage.count || bytes.size() % storage.type->bytes != 0)
        fail_data("its storage {} has {} bytes instead of {} numbers of {}", printable(storage.key), bytes.size(),
                  storage.count, storage.type->bytes);
    if (shape.count() == 0) return Tensor(shape);
    // Each term is below 2^96.
    long double last = static_cast<long double>(reference.offset);
    for (int axis = 0; axis < shape.rank(); ++axis)
        last += static_cast<long double>(shape[axis] - 1) *
                static_cast<long double>(reference.strides[static_cast<std::size_t>(axis)]);
    if (last >= static_cast<long double>(storage.count))
        fail_data("it reaches beyond the {} numbers of its storage", storage.count);
    budget.take(shape.count());

    Tensor tensor = Tensor::uninitialized(shape);
    if (storage.type->read == as_float<float> && is_dense(shape, reference.strides)) {
        std::memcpy(tensor.data(), bytes.data() + reference.offset * sizeof(float),
                    static_cast<std::size_t>(shape.count()) * sizeof(float));
        return tensor;
    }
    std::array<Index, Shape::max_rank> at{};
    auto place = static_cast<Index>(reference.offset);
    for (float& value : tensor.values()) {
        value = storage.type->read(bytes.data() + static_cast<std::size_t>(place) * storage.type->bytes);
        for (int axis = shape.rank(); axis-- > 0;) {
            const auto k = static_cast<std::size_t>(axis);
            place += reference.strides[k];
            if (++at[k] < shape[axis]) break;
            place -= reference.strides[k] * at[k];
            at[k] = 0;
        }
    }
    return tensor;
}

}  // namespace

// ('storage', torch.FloatStorage, key, place, count) and in old files one more: a part of another storage.
StorageReference storage_of(const PickleValue& id) {
    const auto& parts = id.items;
    if (id.kind != Kind::persistent || parts.size() < 5 || parts.size() > 6 || parts[1]->kind != Kind::global ||
        parts[2]->kind != Kind::text)
        fail_data("its storage is none that PyTorch writes");
    if (parts.size() == 6 && parts[5]->kind != Kind::none)
        fail_data("its storage is a part of another one, which is not read here: save it again");
    std::string_view name = parts[1]->text;
    name = name.substr(name.rfind('.') + 1);
    for (const TorchType& type : types)
        if (name.size() == type.storage.size() + 7 && name.starts_with(type.storage) && name.ends_with("Storage"))
            return {parts[2]->text, &type, static_cast<std::uint64_t>(whole_number(*parts[4], "its number of values"))};
    fail_data("its numbers are of type {}, which is not read here", name.substr(0, 40));
}

// The state_dict in what was saved.
const PickleValue& state_of(const PickleValue& root, const std::string& name, std::vector<std::string>& notes) {
    for (const char* key : {"state_dict", "model_state_dict", "model", "net"})
        if (const PickleValue* inner = root.find(key); holds_tensors(inner)) {
            notes.push_back(fmt::format("{}: a checkpoint; its {} is read", name, key));
            return *inner;
        }
    if (holds_tensors(&root)) return root;
    std::string keys;
    for (std::size_t i = 0; i + 1 < root.items.size() && root.kind == Kind::dict && keys.size() < 100; i += 2)
        if (root.items[i]->kind == Kind::text) keys += (keys.empty() ? "" : ", ") + root.items[i]->text.substr(0, 30);
    std::ranges::replace_if(
        keys, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
    fail_data("there is no state_dict in it{}: save model.state_dict()", keys.empty() ? "" : ", only " + keys);
}

std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
    return text.substr(0, 80);
}

// All tensors of the state_dict; other values in it are no weights.
void read_state(const PickleValue& state, Storages& storages, std::uint64_t file_size, WeightsFile& file) {
    Budget budget(file_size);
    std::map<std::string, std::size_t> places;  // of a name that is there twice, the last one counts
    for (std::size_t i = 0; i + 1 < state.items.size(); i += 2) {
        if (state.items[i]->kind != Kind::text) continue;
        const std::string& name = state.items[i]->text;
        try {
            const auto reference = tensor_of(state.items[i + 1]);
            if (!reference) continue;
            if (!reference->storage.type->read) {
                file.unread[name] = "complex numbers";
            } else if (reference->sizes.size() > Shape::max_rank) {
                file.unread[name] = fmt::format("{} axes", reference->sizes.size());
            } else {
                Tensor tensor = read_tensor(*reference, storages, budget);
                const auto [place, is_new] = places.emplace(name, file.tensors.size());
                if (is_new)
                    file.tensors.emplace_back(name, std::move(tensor));
                else
                    file.tensors[place->second].second = std::move(tensor);
            }
        } catch (const Error& error) {
            fail_data("tensor {}: {}", printable(name), error.what());
        }
    }
}

}  // namespace cnn::nn
