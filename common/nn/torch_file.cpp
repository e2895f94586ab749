#include "nn/torch_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "nn/torch_tensors.hpp"
#include "tensor/zip.hpp"

namespace cnn::nn {
namespace {

using Kind = PickleValue::Kind;

constexpr std::uint64_t pickle_limit = std::uint64_t{32} << 20;
// What torch.save wrote before 1.6 begins with a pickle of this number.
constexpr std::string_view magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);

class ZipStorages : public Storages {
public:
    ZipStorages(const Zip& zip, std::string folder) : zip_(zip), folder_(std::move(folder)) {}

    std::string_view find(const StorageReference& storage) override {
        const auto known = contents_.find(storage.key);
        if (known != contents_.end()) return known->second;
        const ZipEntry* entry = zip_.find(folder_ + "data/" + storage.key);
        if (!entry) fail_data("its storage {} is not in the archive", printable(storage.key));
        return contents_.emplace(storage.key, zip_.view(*entry)).first->second;
    }

private:
    const Zip& zip_;
    std::string folder_;
    std::map<std::string, std::string_view> contents_;
};

WeightsFile read_zip(std::string_view bytes, const std::string& name) {
    const Zip zip(bytes, name);
    const auto pickle_entry = std::ranges::find_if(zip.entries(), [](const ZipEntry& entry) {
        return entry.name.ends_with("/data.pkl") || entry.name == "data.pkl";
    });
    const bool arrays =
        std::ranges::any_of(zip.entries(), [](const ZipEntry& entry) { return entry.name.ends_with(".npy"); });
    if (pickle_entry == zip.entries().end())
        fail_data("{}: a ZIP archive {}, no file of torch.save", name,
                  arrays ? "of NumPy's arrays (.npz)" : "without data.pkl");
    const std::string folder = pickle_entry->name.substr(0, pickle_entry->name.size() - 8);
    if (zip.find(folder + "constants.pkl"))
        fail_data(
            "{}: a TorchScript program, not weights: in PyTorch, torch.save(torch.jit.load(FILE).state_dict(), …)",
            name);
    if (const ZipEntry* order = zip.find(folder + "byteorder"); order && zip.read(*order, 16) != "little")
        fail_data("{}: its numbers were written by a big-endian machine, which is not read here", name);
    const Pickle pickle = read_pickle(zip.read(*pickle_entry, pickle_limit));
    ZipStorages storages(zip, folder);
    WeightsFile file;
    read_state(state_of(*pickle.root, name, file.notes), storages, bytes.size(), file);
    return file;
}

class ListedStorages : public Storages {
public:
    // `keys` as they lie in the file, one behind the other: 8 bytes with the number of its values, the values.
    ListedStorages(const PickleValue& keys, std::string_view bytes) : bytes_(bytes) {
        if (keys.kind != Kind::list) fail_data("the list of its storages is damaged");
        for (const PickleValue* key : keys.items) {
            if (key->kind != Kind::text) fail_data("the list of its storages is damaged");
            keys_.push_back(key->text);
        }
    }
    // The sizes of the types, which the list does not tell, are in the pickle before it.
    void place(const std::map<std::string, const TorchType*>& type_of) {
        for (const std::string& key : keys_) {
            const auto type = type_of.find(key);
            std::uint64_t count = 0;
            if (bytes_.size() < 8) fail_data("the file is cut short: storage {} is missing", printable(key));
            std::memcpy(&count, bytes_.data(), 8);
            bytes_.remove_prefix(8);
            if (type == type_of.end()) fail_data("no tensor tells the type of storage {}", printable(key));
            if (bytes_.size() / type->second->bytes < count)
                fail_data("the file is cut short in storage {}", printable(key));
            contents_[key] = bytes_.substr(0, count * type->second->bytes);
            bytes_.remove_prefix(count * type->second->bytes);
        }
        if (!bytes_.empty()) fail_data("{} bytes are left behind its last storage", bytes_.size());
    }
    std::string_view find(const StorageReference& storage) override {
        const auto found = contents_.find(storage.key);
        if (found == contents_.end()) fail_data("its storage {} is not in the file", printable(storage.key));
        return found->second;
    }

private:
    std::string_view bytes_;
    std::vector<std::string> keys_;
    std::map<std::string, std::string_view> contents_;
};

WeightsFile read_listed(std::string_view bytes, const std::string& name) {
    const std::uint64_t file_size = bytes.size();
    const auto next = [&] {
        Pickle pickle = read_pickle(bytes.substr(0, pickle_limit));
        bytes.remove_prefix(pickle.size);
        return pickle;
    };
    bytes.remove_prefix(magic.size());
    next();  // the version, 1001 ever since
    const Pickle machine = next();
    if (const PickleValue* little = machine.root->find("little_endian"); little && little->integer == 0)
        fail_data("its numbers were written by a big-endian machine, which is not read here");
    const Pickle saved = next(), keys = next();
    std::map<std::string, const TorchType*> type_of;
    for (const PickleValue& value : saved.values)
        if (value.kind == Kind::persistent) {
            const StorageReference storage = storage_of(value);
            type_of[storage.key] = storage.type;
        }
    ListedStorages storages(*keys.root, bytes);
    storages.place(type_of);
    WeightsFile file;
    read_state(state_of(*saved.root, name, file.notes), storages, file_size, file);
    return file;
}

}  // namespace

bool is_torch_file(std::string_view bytes) { return is_zip(bytes) || bytes.starts_with(magic); }

WeightsFile read_torch(std::string_view bytes, const std::string& name) {
    try {
        return is_zip(bytes) ? read_zip(bytes, name) : read_listed(bytes, name);
    } catch (const DataError& error) {
        const std::string what = error.what();
        if (what.starts_with(name)) throw;
        fail_data("{}: {}", name, what);
    }
}

}  // namespace cnn::nn
