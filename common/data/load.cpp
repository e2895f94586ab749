#include "data/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "data/cifar.hpp"
#include "data/digits.hpp"
#include "data/idx.hpp"
#include "data/shapes.hpp"
#include "tensor/file.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

// Training and test images are drawn from different seeds.
constexpr std::uint32_t train_seed = 1, test_seed = 2;
constexpr Index train_count = 20000, test_count = 4000;

using Reader = Dataset (*)(const fs::path& folder, Split split);
using Generator = Dataset (*)(Index count, std::uint32_t seed);

struct Family {
    std::string_view name, title;
    std::string_view remedy;         // what brings it here
    std::string_view subfolder;      // what its archive unpacks into
    std::vector<std::string> files;  // all of them must be there, plain or .gz
    Reader read = nullptr;
    Generator stand_in = nullptr;
    std::string_view drawn;  // what stands in: "digits"
};

const std::vector<Family>& families() {
    static const std::vector<std::string> idx{"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                              "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    static const std::vector<Family> all{
        {"fashion-mnist", "Fashion-MNIST", "apt-get install dataset-fashion-mnist, or ./lab data fetch fashion-mnist",
         "", idx, fashion_mnist, digits, "digits"},
        {"mnist", "MNIST", "./lab data fetch mnist", "", idx, mnist, digits, "digits"},
        {"cifar-10",
         "CIFAR-10",
         "./lab data fetch cifar-10",
         "cifar-10-batches-bin",
         {"data_batch_1.bin", "test_batch.bin"},
         cifar10,
         shapes,
         "shapes"},
        {"cifar-100",
         "CIFAR-100",
         "./lab data fetch cifar-100",
         "cifar-100-binary",
         {"train.bin", "test.bin", "fine_label_names.txt"},
         cifar100,
         nullptr,
         ""},
    };
    return all;
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// Names become parts of paths.
bool is_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool holds(const fs::path& folder, const Family& family) {
    return std::all_of(family.files.begin(), family.files.end(), [&](const std::string& file) {
        std::error_code ignored;
        return fs::exists(find_plain_or_gz(folder, file), ignored);
    });
}

Dataset generate(Generator generator, Split split) {
    return split == Split::train ? generator(train_count, train_seed) : generator(test_count, test_seed);
}

Dataset draw_instead(const Family& family, Split split) {
    const std::string missing = fmt::format("{} is not on this machine ({})", family.title, family.remedy);
    if (!family.stand_in) fail_data("{}", missing);
    Dataset dataset = generate(family.stand_in, split);
    dataset.is_fallback = true;
    dataset.source = fmt::format("{}: using {} generated {} instead", missing,
                                 grouped(static_cast<std::uint64_t>(dataset.count())), family.drawn);
    return dataset;
}

}  // namespace

std::vector<fs::path> data_folders(std::string_view name) {
    if (!is_name(name)) fail_data("'{}' is not the name of a data set; ./lab data list shows them", name);
    std::vector<fs::path> folders;
    if (const std::string data = environment("CNN_DATA"); !data.empty()) folders.push_back(fs::path(data) / name);
    folders.push_back(fs::path(CNN_SOURCE_DIR) / "datasets" / name);
    if (const std::string home = environment("HOME"); !home.empty())
        folders.push_back(fs::path(home) / ".cache/sobel-to-resnet" / name);
    folders.push_back(fs::path("/usr/share/datasets") / name);
    return folders;
}

fs::path fetch_folder(std::string_view name) {
    const auto folders = data_folders(name);
    if (!environment("CNN_DATA").empty()) return folders.front();
    return environment("HOME").empty() ? folders.front() : folders[1];
}

Dataset load_images(std::string_view name, Split split) {
    if (name == "digits") return generate(digits, split);
    if (name == "shapes") return generate(shapes, split);
    const auto family =
        std::find_if(families().begin(), families().end(), [&](const Family& f) { return f.name == name; });
    if (family == families().end())
        fail_data("there is no data set '{}'; there are fashion-mnist, mnist, cifar-10, cifar-100, digits and shapes",
                  name);
    for (const fs::path& folder : data_folders(name)) {
        if (holds(folder, *family)) return family->read(folder, split);
        if (!family->subfolder.empty() && holds(folder / family->subfolder, *family))
            return family->read(folder / family->subfolder, split);
    }
    return draw_instead(*family, split);
}

}  // namespace cnn::data
