// lab data make: drawn pictures in the files of MNIST and CIFAR-10, for other programs to read.
#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/verbs/verbs.hpp"
#include "data/digits.hpp"
#include "data/shapes.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;
using cnn::data::Dataset;

namespace {

struct Made {
    std::string name, bytes;
};

void append_big_endian(std::string& bytes, std::int64_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((number >> shift) & 0xff);
}

// IDX: magic number, sizes, bytes.
std::vector<Made> as_idx(const Dataset& dataset, const std::string& split) {
    std::string images, labels;
    append_big_endian(images, 0x803);
    for (const Index size : {dataset.count(), dataset.shape[1], dataset.shape[2]}) append_big_endian(images, size);
    images.append(dataset.pixels.begin(), dataset.pixels.end());
    append_big_endian(labels, 0x801);
    append_big_endian(labels, dataset.count());
    for (const std::int32_t label : dataset.labels) labels += static_cast<char>(label);
    return {{split + "-images-idx3-ubyte", images}, {split + "-labels-idx1-ubyte", labels}};
}

// CIFAR-10's binary version: a label's byte, then red, green and blue.
Made as_cifar(const Dataset& dataset, const std::string& name) {
    std::string bytes;
    for (Index i = 0; i < dataset.count(); ++i) {
        bytes += static_cast<char>(dataset.labels[static_cast<std::size_t>(i)]);
        const auto pixels = dataset.bytes(i);
        bytes.append(pixels.begin(), pixels.end());
    }
    return {name, bytes};
}

std::vector<Made> draw(const MakeOptions& options) {
    // Training and test pictures of one seed have nothing in common.
    const std::uint32_t train = 2 * options.seed, test = 2 * options.seed + 1;
    if (options.kind == "digits") {
        std::vector<Made> files = as_idx(cnn::data::digits(options.train, train), "train");
        for (Made& file : as_idx(cnn::data::digits(options.test, test), "t10k")) files.push_back(std::move(file));
        return files;
    }
    if (options.kind == "shapes")
        return {as_cifar(cnn::data::shapes(options.train, train), "data_batch_1.bin"),
                as_cifar(cnn::data::shapes(options.test, test), "test_batch.bin")};
    throw UsageError(fmt::format("There is no generator of {}; there are digits and shapes.", options.kind));
}

}  // namespace

int data_make(const Console& console, const MakeOptions& options) {
    const std::vector<Made> files = draw(options);
    for (const Made& file : files)
        if (fs::exists(options.folder / file.name))
            throw UsageError(fmt::format("{} is there already; nothing was written. Name another folder.",
                                         (options.folder / file.name).string()));
    for (const Made& file : files) {
        write_file(options.folder / file.name, file.bytes);
        fmt::print(console.out, "{}\n", (options.folder / file.name).string());
    }
    fmt::print(console.out, "{} {} to train on, {} to test on, in the format of {}.\n", options.train, options.kind,
               options.test, options.kind == "digits" ? "MNIST" : "CIFAR-10");
    return all_passed;
}

}  // namespace cnn::cli
