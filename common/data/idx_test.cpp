#include "data/idx.hpp"

#include <stdlib.h>
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "data/gzip.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::data;
namespace fs = std::filesystem;

namespace {

std::string big(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

std::string images(std::uint32_t n, std::uint32_t h, std::uint32_t w) {
    std::string bytes = big(0x803) + big(n) + big(h) + big(w);
    for (std::uint32_t i = 0; i < n * h * w; ++i) bytes += static_cast<char>(i * 7);
    return bytes;
}

std::string labels(const std::string& values) {
    return big(0x801) + big(static_cast<std::uint32_t>(values.size())) + values;
}

std::string gzip(std::string_view bytes) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(bytes.size() + 100, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.erase(packed.size() - stream.avail_out);
    deflateEnd(&stream);
    return packed;
}

struct Folder {
    TemporaryFolder temporary;
    fs::path path = temporary.path();

    // What reading images (x) and labels (y) says, without the folder's name.
    std::string said(std::string_view x, std::string_view y) const {
        replace_file(path / "x", x);
        replace_file(path / "y", y);
        try {
            read_idx_dataset(path / "x", path / "y", "test", {"zero", "one", "two"});
        } catch (const DataError& error) {
            std::string message = error.what();
            for (std::size_t at; (at = message.find(path.string() + "/")) != message.npos;)
                message.erase(at, path.string().size() + 1);
            return message;
        }
        return "read";
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(idx, Folder)

BOOST_AUTO_TEST_CASE(reads_plain_and_packed) {
    const std::string x = images(3, 2, 5), y = labels({0, 2, 1});
    for (const bool packed : {false, true}) {
        replace_file(path / "x", packed ? gzip(x) : x);
        replace_file(path / "y", packed ? gzip(y) : y);
        const Dataset dataset = read_idx_dataset(path / "x", path / "y", "test", {"zero", "one", "two"});
        BOOST_TEST(dataset.count() == 3);
        BOOST_TEST((dataset.shape == Shape{1, 2, 5}));
        BOOST_TEST((dataset.labels == std::vector<std::int32_t>{0, 2, 1}));
        BOOST_TEST(dataset.bytes(2)[9] == 29 * 7);
        BOOST_TEST(dataset.class_name(dataset.labels[1]) == "two");
        BOOST_TEST(dataset.image(1)(1, 4) == 19 * 7);
        BOOST_CHECK_THROW(dataset.bytes(3), ShapeError);
    }
}

BOOST_AUTO_TEST_CASE(guesses_the_cause) {
    const std::string x = images(3, 2, 5), y = labels({0, 2, 1});
    BOOST_TEST(said(y, x) ==
               "x: magic number 0x00000801, expected 0x00000803: these are labels; were the two files exchanged?");
    BOOST_TEST(said("hello there, world", y) ==
               "x: magic number 0x68656c6c, expected 0x00000803: not an IDX image file");
    BOOST_TEST(said("<html></html>     ", y).find("web page") != std::string::npos);
    BOOST_TEST(said("", y) == "x: the file is empty, expected an IDX image file");
    BOOST_TEST(said(x.substr(0, 9), y) == "x: IDX file cut short in its header, after 9 bytes");
    BOOST_TEST(said(x.substr(0, 40), y) ==
               "x: IDX file cut short: [3, 2, 5] needs 30 bytes after the header, there are 24");
    BOOST_TEST(said(x + "!", y) == "x: IDX file too long: [3, 2, 5] needs 30 bytes after the header, there are more");
    BOOST_TEST(said(gzip(x + "!"), y).find("too long") != std::string::npos);
    BOOST_TEST(said(x, labels({0, 2})) == "y: 2 labels, but x has 3 images: the files do not belong together");
    BOOST_TEST(said(x, labels({0, 2, 3})) == "y: label 3 of image 2 is not one of 0 to 2");
    BOOST_TEST(said(big(0x803) + big(0xffffffff) + big(0xffffffff) + big(0xffffffff), y) ==
               "x: the header promises more than 1,073,741,824 bytes of images: it is damaged");
    BOOST_TEST(said(big(0x803) + big(0) + big(2) + big(5), y) == "x: the header says that axis 0 has no entries");
    BOOST_TEST(said(big(0xd03) + x.substr(4), y).find("larger numbers than bytes") != std::string::npos);
    BOOST_CHECK_THROW(read_idx(path / "missing", 3), DataError);
    BOOST_CHECK_THROW(read_idx(path, 3), DataError);
}

BOOST_AUTO_TEST_CASE(packed_files_are_checked) {
    const std::string x = gzip(images(3, 20, 50)), y = labels({0, 2, 1});
    BOOST_TEST(said(x, y) == "read");
    BOOST_TEST(said(x.substr(0, 50), y) == "x: gzip file cut short after 50 bytes: fetch it again");
    std::string flipped = x;
    flipped[60] = static_cast<char>(flipped[60] ^ 16);
    BOOST_TEST(said(flipped, y).find("damaged") != std::string::npos);
    std::string sum = x;
    sum[sum.size() - 5] = static_cast<char>(sum[sum.size() - 5] ^ 1);
    BOOST_TEST(said(sum, y).find("damaged") != std::string::npos);
    BOOST_TEST(said(x + std::string(512, '\0'), y) == "read");
    BOOST_TEST(said(x + "garbage", y).find("7 bytes too many") != std::string::npos);
    const std::string whole = images(3, 20, 50);
    BOOST_TEST(said(gzip(whole.substr(0, 700)) + gzip(whole.substr(700)), y) == "read");
}

// 200 MB of zeros in 200 kB: no more is unpacked than the header promises.
BOOST_AUTO_TEST_CASE(a_bomb_stays_small) {
    const std::string bomb = gzip(images(1, 2, 5) + std::string(200 << 20, '\0'));
    BOOST_TEST(bomb.size() < 300000u);
    BOOST_TEST(said(bomb, labels({0})).find("too long") != std::string::npos);
    Gunzip lying(bomb, "bomb");
    BOOST_TEST(lying.read(100).size() == 100u);
}

BOOST_AUTO_TEST_CASE(fashion_mnist_where_it_is_installed) {
    const fs::path folder = "/usr/share/datasets/fashion-mnist";
    if (!fs::exists(folder)) return;
    const Dataset test = fashion_mnist(folder, Split::test);
    BOOST_TEST(test.count() == 10000);
    BOOST_TEST((test.shape == Shape{1, 28, 28}));
    BOOST_TEST(test.class_name(test.labels[0]) == "Ankle boot");  // the picture everyone knows
    BOOST_TEST(std::count(test.labels.begin(), test.labels.end(), 3) == 1000);
}

BOOST_AUTO_TEST_SUITE_END()
