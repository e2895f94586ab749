#include "robustness/samples.hpp"

#include "data/cifar.hpp"
#include "data/digits.hpp"
#include "data/emnist.hpp"
#include "data/idx.hpp"
#include "data/registry.hpp"
#include "data/shapes.hpp"
#include "image/files.hpp"
#include "nn/checkpoint.hpp"
#include "nn/safetensors.hpp"
#include "nn/sequential.hpp"
#include "nn/weights_file.hpp"
#include "robustness/damage.hpp"
#include "tensor/file.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::robustness {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t label_count = 6;

std::string big_endian(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

std::string text_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

// The last two bytes of a JPEG file may be missing.
std::string without_end_marker(std::string bytes) {
    if (bytes.ends_with("\xff\xd9")) bytes.resize(bytes.size() - 2);
    return bytes;
}

void add_images(std::vector<Sample>& all, const fs::path& folder) {
    Engine engine(1);
    const Image colour = data::shape_image(7, engine), gray = data::digit_image(5, engine);
    const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/image/golden";
    const auto read = [](const fs::path& path) { read_image(path); };
    for (const char* name : {"colour.png", "colour.jpg", "gray.png", "gray.jpg"}) {
        const bool is_gray = std::string(name).starts_with("gray");
        write_image(folder / name, is_gray ? gray : colour);
        all.push_back({name, without_end_marker(read_file(folder / name)), 40, true, read});
    }
    for (const char* name : {"progressive.jpg", "cmyk.jpg", "colour.bmp", "gray.pgm", "colour.ppm"})
        all.push_back({name, without_end_marker(read_file(golden / name)), 54, true, read});
    // A camera's: the numbers of its Exif block are read as well.
    for (const char* name : {"exif_ii.jpg", "exif_mm.jpg"})
        all.push_back({name, without_end_marker(read_file(golden / name)), 100, true, read});
    // Bytes between segments, as some cameras leave them.
    std::string junk = without_end_marker(read_file(golden / "colour.jpg"));
    all.push_back({"junk.jpg", junk.insert(2, std::string("\0junk\0", 6)), 60, true, read});
    all.push_back({"deep.pgm", "P5\n3 2\n4095\n" + std::string("\1\2\3\4\5\6\7\10\11\12\13\14", 12), 12, true, read});
    all.push_back({"exif_8.png", read_file(golden / "exif_8.png"), 100, true, read});
    // Behind its pixels Pillow's TGA file has a footer, which may be missing.
    all.push_back({"colour.tga", read_file(golden / "colour.tga").substr(0, 18 + 13 * 17 * 3), 18, true, read});
}

void add_idx(std::vector<Sample>& all) {
    const data::Dataset digits = data::digits(label_count, 1);
    const std::string images =
        big_endian(0x803) + big_endian(label_count) + big_endian(28) + big_endian(28) + text_of(digits.pixels);
    std::string labels = big_endian(0x801) + big_endian(label_count);
    for (const std::int32_t label : digits.labels) labels += static_cast<char>(label);
    // Images are read together with sound labels and the other way round, as data sets are.
    const auto read_images = [labels](const fs::path& path) {
        replace_file(path.parent_path() / "sound-labels", labels);
        data::read_idx_dataset(path, path.parent_path() / "sound-labels", "digits",
                               std::vector<std::string>(10, "digit"));
    };
    const auto read_labels = [images](const fs::path& path) {
        replace_file(path.parent_path() / "sound-images", images);
        data::read_idx_dataset(path.parent_path() / "sound-images", path, "digits",
                               std::vector<std::string>(10, "digit"));
    };
    // EMNIST's letters are counted from 1.
    std::string letters = labels;
    for (std::size_t i = 8; i < letters.size(); ++i) letters[i] = static_cast<char>(letters[i] + 1);
    all.push_back({"images-idx3-ubyte.gz-letters", images, 16, false, [letters](const fs::path& path) {
                       replace_file(path.parent_path() / "sound-labels", letters);
                       data::read_emnist(path, path.parent_path() / "sound-labels", "EMNIST letters", "letters");
                   }});
    all.push_back({"images-idx3-ubyte", images, 16, false, read_images});
    all.push_back({"images-idx3-ubyte.gz", gzip(images), 10, false, read_images});
    all.push_back({"labels-idx1-ubyte", labels, 8, false, read_labels});
    all.push_back({"labels-idx1-ubyte.gz", gzip(labels), 10, false, read_labels});
}

void add_tables(std::vector<Sample>& all) {
    all.push_back({"tensor.npy",
                   npy_bytes(random({2, 3, 4, 5}, 1)),
                   80,
                   false,
                   [](const fs::path& path) { read_npy(path); },
                   false,
                   false,
                   {".npy", ".npz"}});
    const data::Dataset shapes = data::shapes(3, 1);
    std::string cifar;
    for (Index n = 0; n < shapes.count(); ++n) {
        cifar += static_cast<char>(shapes.labels[static_cast<std::size_t>(n)]);
        cifar.append(shapes.bytes(n).begin(), shapes.bytes(n).end());
    }
    all.push_back({"test_batch.bin", cifar, 1, false,
                   [](const fs::path& path) { data::cifar10(path.parent_path(), data::Split::test); }, true});
    std::string registry = read_file(fs::path(CNN_SOURCE_DIR) / "datasets/registry.json");
    registry.erase(registry.find_last_not_of('\n') + 1);  // or a cut would be harmless
    all.push_back({"registry.json", registry, 0, false, [](const fs::path& path) { data::read_registry(path); }});
}

// What PyTorch and NumPy wrote.
void add_foreign_weights(std::vector<Sample>& all) {
    const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common";
    for (const char* name : {"state.pth", "state_listed.pth", "checkpoint.pth"})
        all.push_back({name,
                       read_file(golden / "nn/golden" / name),
                       400,
                       false,
                       [](const fs::path& path) { nn::read_weights(path); },
                       false,
                       false,
                       {".pth", ".safetensors"}});
    for (const char* name : {"one.npz", "fortran_big_endian.npy", "python2.npy"})
        all.push_back({name,
                       read_file(golden / "tensor/golden" / name),
                       100,
                       false,
                       [](const fs::path& path) { read_npy(path); },
                       false,
                       false,
                       {".npy", ".npz"}});
}

nn::Sequential network() {
    Engine engine(1);
    nn::Sequential result{nn::Conv2d(1, 2, {.size = 3}), nn::Dense(8, 3)};
    result.initialize(engine);
    return result;
}

void add_weights(std::vector<Sample>& all, const fs::path& folder) {
    auto trained = network();
    nn::save_weights(trained, folder / "weights.safetensors");
    all.push_back(
        {"weights.safetensors", read_file(folder / "weights.safetensors"), 16, false, [](const fs::path& path) {
             auto network = robustness::network();
             nn::load_weights(network, path);
         }});
    add_foreign_weights(all);
    nn::Sgd optimizer(trained, {});
    nn::save_checkpoint(folder, {}, "network: small", trained, optimizer);
    all.push_back({"checkpoint.safetensors", read_file(folder / "checkpoint.safetensors"), 16, false,
                   [](const fs::path& path) {
                       auto network = robustness::network();
                       nn::Sgd fresh(network, {});
                       nn::load_checkpoint(path.parent_path(), "network: small", network, fresh);
                   },
                   false, true});
}

}  // namespace

std::vector<Sample> samples(const fs::path& folder) {
    std::vector<Sample> all;
    add_images(all, folder);
    add_idx(all);
    add_tables(all);
    add_weights(all, folder);
    return all;
}

}  // namespace cnn::robustness
