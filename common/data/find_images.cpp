#include "data/find_images.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <vector>

#include "data/cifar.hpp"
#include "data/emnist.hpp"
#include "data/idx.hpp"
#include "data/photo_files.hpp"
#include "tensor/file_kind.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// "emnist-letters-" of "emnist-letters-train-images-idx3-ubyte.gz": what stands before the part that all families
// share.
std::optional<std::string> idx_prefix(std::string name) {
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    for (const char* split : {"train", "t10k", "test"})
        for (const char* end : {"-images-idx3-ubyte", "-images.idx3-ubyte", "-labels-idx1-ubyte", "-labels.idx1-ubyte"})
            if (const std::string tail = std::string(split) + end; name.ends_with(tail))
                return name.substr(0, name.size() - tail.size());
    return std::nullopt;
}

// ---- IDX

struct IdxPair {
    fs::path images, labels;
};
struct IdxSet {
    fs::path folder;
    std::string prefix;
    IdxPair training, test;
};

// A set is complete, or the error names what is missing: a network is not to be tested on something else.
IdxSet idx_set(const fs::path& folder, const std::string& prefix) {
    const auto pair = [&](const std::string& split) {
        return IdxPair{find_plain_or_gz(folder, prefix + split + "-images-idx3-ubyte"),
                       find_plain_or_gz(folder, prefix + split + "-labels-idx1-ubyte")};
    };
    IdxSet set{folder, prefix, pair("train"), pair("t10k")};
    if (!is_there(set.test.images)) {
        const IdxPair other = pair("test");
        if (is_there(other.images)) set.test = other;
    }
    std::vector<std::string> missing;
    for (const fs::path& file : {set.training.images, set.training.labels, set.test.images, set.test.labels})
        if (!is_there(file)) missing.push_back(file.filename().string());
    if (prefix.find("qmnist") != std::string::npos && !missing.empty())
        fail_data(
            "{}: QMNIST's labels are idx2-int files, which are not read here; MNIST serves: ./lab data fetch mnist",
            folder.string());
    if (!missing.empty())
        fail_data("{}: of this data set's four IDX files {} {} missing", folder.string(), fmt::join(missing, " and "),
                  missing.size() == 1 ? "is" : "are");
    return set;
}

// The labels that both data sets begin with tell them apart, whatever their folder is called.
bool is_fashion(const IdxSet& set) {
    constexpr std::array<std::uint8_t, 10> fashion{9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, mnist{5, 0, 4, 1, 9, 2, 1, 3, 1, 4};
    const std::vector<std::uint8_t> labels = read_idx(set.training.labels, 1).values;
    const auto begins_with = [&](const auto& start) {
        return labels.size() >= start.size() && std::ranges::equal(std::span(labels).first(start.size()), start);
    };
    if (begins_with(fashion) || begins_with(mnist)) return begins_with(fashion);
    std::error_code ignored;
    const fs::path folder = fs::canonical(set.folder, ignored);
    return lower(folder.filename().string() + folder.parent_path().filename().string()).find("fashion") !=
           std::string::npos;
}

bool is_kuzushiji(const IdxSet& set) {
    std::error_code ignored;
    const fs::path folder = fs::canonical(set.folder, ignored);
    const std::string name = lower(folder.parent_path().filename().string() + "/" + folder.filename().string());
    return name.find("kmnist") != std::string::npos || name.find("kuzushiji") != std::string::npos;
}

std::string division_of(const std::string& prefix) {
    return prefix.starts_with("emnist-") && prefix.ends_with('-') ? prefix.substr(7, prefix.size() - 8) : "";
}

SmallImages small_images(const IdxSet& set) {
    const std::string division = division_of(set.prefix);
    const auto source = [](Dataset dataset, const std::string& title, const IdxSet& from) {
        dataset.source = fmt::format("{} from {}", title, from.folder.string());
        return dataset;
    };
    const auto name_of = [](const std::string& title, Split split) {
        return title + (split == Split::train ? ", train" : ", test");
    };
    if (emnist_classes(division)) {
        const std::string title = "EMNIST " + division;
        return {title, set.folder, [=](Split split) {
                    const IdxPair& files = split == Split::train ? set.training : set.test;
                    return source(read_emnist(files.images, files.labels, name_of(title, split), division), title, set);
                }};
    }
    const IdxClasses classes = is_fashion(set)     ? fashion_mnist_classes()
                               : is_kuzushiji(set) ? kuzushiji_classes()
                                                   : digit_classes();
    return {classes.title, set.folder, [=](Split split) {
                const IdxPair& files = split == Split::train ? set.training : set.test;
                return source(
                    read_idx_dataset(files.images, files.labels, name_of(classes.title, split), classes.names),
                    classes.title, set);
            }};
}

// ---- everything that is read, in one folder

using Find = std::function<SmallImages()>;  // or an error, which is thrown only when nothing better is found

std::vector<std::string> idx_prefixes(const fs::path& folder) {
    std::set<std::string> prefixes;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (const auto prefix = idx_prefix(entry.path().filename().string()); prefix && !is_hidden(entry.path()))
            prefixes.insert(*prefix);
    return {prefixes.begin(), prefixes.end()};
}

std::vector<Find> sets_in(const fs::path& folder) {
    std::vector<Find> found;
    const auto prefixes = idx_prefixes(folder);
    if (prefixes.size() > 1)
        found.push_back([=]() -> SmallImages {
            std::vector<std::string> names;
            for (const std::string& prefix : prefixes)
                names.push_back(find_plain_or_gz(folder, prefix + "train-images-idx3-ubyte").filename().string());
            fail_data("{}: several data sets: {}. Name one of these files", folder.string(), fmt::join(names, ", "));
        });
    else if (prefixes.size() == 1)
        found.push_back([=] { return small_images(idx_set(folder, prefixes.front())); });
    if (is_there(folder / "test_batch.bin") || is_there(folder / "data_batch_1.bin"))
        found.push_back([=] {
            return SmallImages{"CIFAR-10", folder, [=](Split split) { return cifar10(folder, split); }};
        });
    if (is_there(folder / "train.bin") && is_there(folder / "test.bin"))
        found.push_back([=] {
            return SmallImages{"CIFAR-100", folder, [=](Split split) { return cifar100(folder, split); }};
        });
    return found;
}

// Data that is known and not read: what it is, and what serves.
std::string unreadable_set(const fs::path& folder) {
    if (is_there(folder / "data_batch_1") && is_there(folder / "test_batch"))
        return "CIFAR-10 for Python (pickles), which is not read here; its binary version is: ./lab data fetch "
               "cifar-10";
    if (is_there(folder / "train") && is_there(folder / "test") && is_there(folder / "meta") &&
        !fs::is_directory(folder / "train"))
        return "CIFAR-100 for Python (pickles), which is not read here; its binary version is: ./lab data fetch "
               "cifar-100";
    if (is_there(folder / "data_batch_1.mat"))
        return "CIFAR-10 for MATLAB, which is not read here; its binary version is: ./lab data fetch cifar-10";
    if (is_there(folder / "train_32x32.mat"))
        return "SVHN for MATLAB, which is not read here; save its images as photos, a folder for each class";
    if (is_there(folder / "train_X.bin") && is_there(folder / "train_y.bin"))
        return "STL-10, which is not read here; save its images as photos, a folder for each class";
    if (is_there(folder / "data.mdb"))
        return "an LMDB database, which is not read here; save its images as photos, a folder for each class";
    return "";
}

// Where such data lies below a folder: torchvision's root, what an archive unpacks into.
std::vector<fs::path> places_below(const fs::path& folder) {
    std::vector<fs::path> places;
    const auto children = folders_in(folder);
    for (const fs::path& child : children) {
        const std::string name = lower(child.filename().string());
        const bool is_named = name.find("mnist") != std::string::npos || name.find("cifar") != std::string::npos ||
                              name.find("stl10") != std::string::npos || name == "raw" || name == "gzip";
        if (is_named || children.size() == 1) {
            places.push_back(child);
            for (const char* below :
                 {"raw", "gzip", "cifar-10-batches-bin", "cifar-100-binary", "cifar-10-batches-py", "cifar-100-python"})
                if (is_there(child / below)) places.push_back(child / below);
        }
    }
    return places;
}

std::optional<SmallImages> in_folder(const fs::path& folder) {
    if (const auto own = sets_in(folder); !own.empty()) return own.front()();
    if (const std::string known = unreadable_set(folder); !known.empty()) fail_data("{}: {}", folder.string(), known);
    std::vector<std::pair<fs::path, Find>> found;
    for (const fs::path& place : places_below(folder))
        for (const Find& find : sets_in(place)) found.emplace_back(place, find);
    if (found.size() == 1) return found.front().second();
    if (found.size() > 1) {
        std::vector<std::string> names;
        for (const auto& [place, find] : found) names.push_back(place.string());
        fail_data("{}: several data sets below it: {}; name one of these folders", folder.string(),
                  fmt::join(names, ", "));
    }
    for (const fs::path& place : places_below(folder))
        if (const std::string known = unreadable_set(place); !known.empty()) fail_data("{}: {}", place.string(), known);
    return std::nullopt;
}

// A file of a data set stands for all of them.
std::optional<SmallImages> of_file(const fs::path& file) {
    const fs::path folder = file.parent_path().empty() ? "." : file.parent_path();
    const std::string name = file.filename().string();
    if (const auto prefix = idx_prefix(name)) {
        // Kaggle's archives keep each file in a folder of its own name.
        const bool is_nested = idx_prefix(folder.filename().string()).has_value();
        return small_images(idx_set(is_nested ? folder.parent_path() : folder, *prefix));
    }
    if (name.ends_with(".bin"))
        if (auto found = sets_in(folder); !found.empty()) return found.front()();
    const auto kind = file_kind_of(file);
    fail_data(
        "{}: {}. --data takes a folder: IDX files (MNIST), CIFAR's binary files, or photos, a folder for each class",
        file.string(), kind ? kind->sentence() : "a file, of no kind that is read as data");
}

}  // namespace

std::optional<SmallImages> find_small_images(const fs::path& given) {
    std::error_code ignored;
    return fs::is_directory(given, ignored) ? in_folder(given) : of_file(given);
}

std::string other_data_in(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (!is_hidden(entry.path()) && entry.is_regular_file(ignored)) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
        if (const auto kind = file_kind_of(file); kind && !kind->is_picture)
            return fmt::format("{} is {}", file.filename().string(), kind->sentence());
        const std::string ending = lower(file.extension().string());
        if (ending == ".csv" || ending == ".tfrecord")
            return fmt::format("{} is a {}, which is not read here: photos are, or IDX files", file.filename().string(),
                               ending == ".csv" ? "table" : "file of TensorFlow's");
    }
    return "";
}

}  // namespace cnn::data
