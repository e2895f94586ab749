#include "data/cifar.hpp"

#include <fmt/format.h>

#include <utility>

#include "tensor/file.hpp"
#include "tensor/file_kind.hpp"
#include "tensor/text_lines.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

constexpr Index pixels_of_image = 3 * 32 * 32;

void append(Dataset& dataset, const fs::path& path, Index label_bytes) {
    const std::string bytes = read_file(path, largest_data_file);
    const auto entry = static_cast<std::size_t>(label_bytes + pixels_of_image);
    if (bytes.empty()) fail_data("{}: the file is empty, expected CIFAR images", path.string());
    if (bytes.starts_with("\x1f\x8b")) fail_data("{}: still packed: unpack it with tar -xzf", path.string());
    if (const auto kind = file_kind(bytes); kind && bytes.size() % entry != 0)
        fail_data("{}: not a CIFAR file but {}", path.string(), kind->sentence());
    if (bytes.size() % entry != 0)
        fail_data("{}: {} bytes are not a whole number of entries of {}: cut short, or not a CIFAR file", path.string(),
                  grouped(bytes.size()), grouped(entry));
    for (std::size_t at = 0; at < bytes.size(); at += entry) {
        const auto label = static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(label_bytes) - 1]);
        if (label >= dataset.classes())
            fail_data("{}: label {} of image {} is not one of 0 to {}", path.string(), label, at / entry,
                      dataset.classes() - 1);
        dataset.labels.push_back(label);
        const auto pixels = bytes.begin() + static_cast<std::ptrdiff_t>(at) + label_bytes;
        dataset.pixels.insert(dataset.pixels.end(), pixels, pixels + pixels_of_image);
    }
}

}  // namespace

Dataset read_cifar(const std::vector<fs::path>& files, Index label_bytes, std::string name,
                   std::vector<std::string> class_names) {
    require(label_bytes >= 1 && !files.empty(), "read_cifar: {} files with {} label bytes an image", files.size(),
            label_bytes);
    Dataset dataset{.name = std::move(name),
                    .source = fmt::format("CIFAR from {}", files.front().parent_path().string()),
                    .shape = {3, 32, 32},
                    .pixels = {},
                    .labels = {},
                    .class_names = std::move(class_names)};
    for (const fs::path& file : files) append(dataset, file, label_bytes);
    return dataset;
}

Dataset cifar10(const fs::path& folder, Split split) {
    std::vector<fs::path> files;
    std::string name = "CIFAR-10, test";
    if (split == Split::train) {
        for (int part = 1; part <= 5; ++part)
            if (const fs::path file = folder / fmt::format("data_batch_{}.bin", part); fs::exists(file))
                files.push_back(file);
        if (files.empty()) fail_data("{}: no data_batch_1.bin … data_batch_5.bin in this folder", folder.string());
        name = files.size() == 5 ? "CIFAR-10, train" : fmt::format("CIFAR-10, train ({} of 5 files)", files.size());
    } else {
        files.push_back(folder / "test_batch.bin");
    }
    return read_cifar(files, 1, name,
                      {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"});
}

Dataset cifar100(const fs::path& folder, Split split) {
    const auto class_names = read_lines(folder / "fine_label_names.txt");
    if (class_names.size() != 100)
        fail_data("{}: {} class names, expected 100", (folder / "fine_label_names.txt").string(), class_names.size());
    return read_cifar({folder / (split == Split::train ? "train.bin" : "test.bin")}, 2,
                      split == Split::train ? "CIFAR-100, train" : "CIFAR-100, test", class_names);
}

}  // namespace cnn::data
