#include "data/idx.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "data/gzip.hpp"
#include "tensor/file.hpp"
#include "tensor/file_kind.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

// Two zeros, 08 for unsigned bytes, the number of axes; then one size an axis, all big endian.
constexpr std::uint32_t magic_of(int rank) { return 0x0800 | static_cast<std::uint32_t>(rank); }
constexpr std::size_t header_size(int rank) { return 4 + 4 * static_cast<std::size_t>(rank); }

std::uint32_t big32(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

std::string_view kind(int rank) { return rank == 1 ? "label" : "image"; }

std::string guess(std::uint32_t magic, int rank, std::string_view bytes) {
    if (magic == magic_of(4 - rank))
        return fmt::format(": these are {}s; were the two files exchanged?", kind(4 - rank));
    if ((magic & 0xffff0000) == 0 && (magic >> 8) >= 0x09 && (magic >> 8) <= 0x0e)
        return ": it holds larger numbers than bytes, which is not read here";
    if (const auto kind = file_kind(bytes)) return ": it is " + kind->sentence();
    return fmt::format(": not an IDX {} file", kind(rank));
}

// Of a file that begins with `bytes`.
Shape parse_header(std::string_view bytes, const std::string& name, int rank) {
    if (bytes.empty()) fail_data("{}: the file is empty, expected an IDX {} file", name, kind(rank));
    if (bytes.size() >= 4 && big32(bytes, 0) != magic_of(rank))
        fail_data("{}: magic number {:#010x}, expected {:#010x}{}", name, big32(bytes, 0), magic_of(rank),
                  guess(big32(bytes, 0), rank, bytes));
    if (bytes.size() < header_size(rank))
        fail_data("{}: IDX file cut short in its header, after {} bytes", name, bytes.size());
    std::vector<Index> sizes;
    std::uint64_t product = 1;
    for (int axis = 0; axis < rank; ++axis) {
        const std::uint64_t size = big32(bytes, 4 + 4 * static_cast<std::size_t>(axis));
        if (size == 0) fail_data("{}: the header says that axis {} has no entries", name, axis);
        if (size > largest_data_file / product)
            fail_data("{}: the header promises more than {} bytes of {}s: it is damaged", name,
                      grouped(largest_data_file), kind(rank));
        product *= size;
        sizes.push_back(static_cast<Index>(size));
    }
    return Shape(sizes);
}

// What follows the header: exactly as many bytes as it promised.
void check_length(std::uint64_t got, const Shape& shape, const std::string& name) {
    const auto expected = static_cast<std::uint64_t>(shape.count());
    if (got < expected)
        fail_data("{}: IDX file cut short: {} needs {} bytes after the header, there are {}", name, shape,
                  grouped(expected), grouped(got));
    if (got > expected)
        fail_data("{}: IDX file too long: {} needs {} bytes after the header, there are more", name, shape,
                  grouped(expected));
}

struct Files {
    fs::path images, labels;
};
Files files_in(const fs::path& folder, Split split) {
    const std::string start = split == Split::train ? "train" : "t10k";
    return {find_plain_or_gz(folder, start + "-images-idx3-ubyte"),
            find_plain_or_gz(folder, start + "-labels-idx1-ubyte")};
}

Dataset read_family(const fs::path& folder, Split split, IdxClasses classes) {
    const Files files = files_in(folder, split);
    Dataset dataset =
        read_idx_dataset(files.images, files.labels, classes.title + (split == Split::train ? ", train" : ", test"),
                         std::move(classes.names));
    dataset.source = fmt::format("{} from {}", classes.title, folder.string());
    return dataset;
}

}  // namespace

IdxFile read_idx(const fs::path& path, int rank) {
    require(rank == 1 || rank == 3, "read_idx: labels have 1 axis, images 3, not {}", rank);
    const std::string name = path.string(), file = read_file(path, largest_data_file + header_size(rank));
    if (!is_gzip(file)) {
        const Shape shape = parse_header(std::string_view(file).substr(0, 512), name, rank);
        check_length(file.size() - header_size(rank), shape, name);
        return {shape, {file.begin() + static_cast<std::ptrdiff_t>(header_size(rank)), file.end()}};
    }
    Gunzip unpacked(file, name);
    const Shape shape = parse_header(unpacked.read(header_size(rank)), name, rank);
    // One byte more than promised, to notice when more follow.
    const std::string values = unpacked.read(static_cast<std::uint64_t>(shape.count()) + 1);
    check_length(values.size(), shape, name);
    return {shape, {values.begin(), values.end()}};
}

Dataset read_idx_dataset(const fs::path& images, const fs::path& labels, std::string name,
                         std::vector<std::string> class_names) {
    IdxFile x = read_idx(images, 3);
    const IdxFile y = read_idx(labels, 1);
    if (x.shape[0] != y.shape[0])
        fail_data("{}: {} labels, but {} has {} images: the files do not belong together", labels.string(),
                  grouped(static_cast<std::uint64_t>(y.shape[0])), images.string(),
                  grouped(static_cast<std::uint64_t>(x.shape[0])));
    Dataset dataset{.name = std::move(name),
                    .source = images.parent_path().string(),
                    .shape = {1, x.shape[1], x.shape[2]},
                    .pixels = std::move(x.values),
                    .labels = {y.values.begin(), y.values.end()},
                    .class_names = std::move(class_names)};
    check(dataset, labels.string());
    return dataset;
}

IdxClasses digit_classes() { return {"MNIST", {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}}; }

IdxClasses fashion_mnist_classes() {
    return {"Fashion-MNIST",
            {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}};
}

IdxClasses kuzushiji_classes() {
    return {"Kuzushiji-MNIST", {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"}};
}

Dataset mnist(const fs::path& folder, Split split) { return read_family(folder, split, digit_classes()); }

Dataset fashion_mnist(const fs::path& folder, Split split) {
    return read_family(folder, split, fashion_mnist_classes());
}

fs::path find_plain_or_gz(const fs::path& folder, const std::string& name) {
    std::string dotted = name;
    if (const std::size_t at = dotted.find("-idx"); at != std::string::npos) dotted[at] = '.';
    for (const std::string& plain : {name, dotted})
        for (const std::string& file : {plain, plain + ".gz"})
            for (const fs::path& place : {folder / file, folder / file / file, folder / file / plain,
                                          folder / file / name, folder / file / dotted}) {
                std::error_code ignored;
                if (fs::is_regular_file(place, ignored)) return place;
            }
    return folder / (name + ".gz");
}

}  // namespace cnn::data
