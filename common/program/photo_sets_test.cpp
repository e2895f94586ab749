// What people bring as photos, and what is made of it.
#include "program/photo_sets.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "image/files.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::program;
namespace fs = std::filesystem;
namespace bdata = boost::unit_test::data;

namespace {

struct Photos {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    mutable int gray = 0;

    // Photos of which none is like another.
    void add(const std::string& folder, int count, const std::string& ending = ".png") const {
        fs::create_directories(path / folder);
        for (int i = 0; i < count; ++i) {
            const fs::path file = path / folder / ("photo" + std::to_string(i));
            Image photo(3, 4, 3, static_cast<std::uint8_t>(++gray));
            photo.pixels[0] = static_cast<std::uint8_t>(gray / 256);
            write_image(file.string() + ".png", photo);
            if (ending != ".png") fs::rename(file.string() + ".png", file.string() + ending);
        }
    }
    void write(const std::string& file, std::string_view bytes) const {
        fs::create_directories((path / file).parent_path());
        replace_file(path / file, bytes);
    }
    PhotoSets open(const std::string& folder = "") const {
        return open_photo_sets(folder.empty() ? path : path / folder);
    }
    // What is said instead; the test's own folder is called FOLDER.
    std::string refusal(const std::string& folder = "") const {
        try {
            open(folder);
        } catch (const DataError& error) {
            return plain(error.what());
        }
        return "opened";
    }
    std::string plain(std::string text) const {
        for (std::size_t at; (at = text.find(path.string())) != text.npos;)
            text.replace(at, path.string().size(), "FOLDER");
        return text;
    }
    // Without its first line, which says where they are from.
    std::string listed(const PhotoSets& photos) const {
        const std::string text = plain(listing(photos));
        return text.substr(text.find('\n') + 1);
    }
};

using Names = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(photos_that_people_bring, Photos)

BOOST_AUTO_TEST_CASE(are_listed_by_class) {
    add("cat", 11);
    add("dog", 5);
    add("emu", 4);
    BOOST_TEST(listed(open()) ==
               "  class   train    test\n"
               "  cat         9       2\n"
               "  dog         4       1\n"
               "  emu         4       0\n"
               "  left out: emu: fewer than five photos, none of them is kept for testing\n");
}

BOOST_AUTO_TEST_CASE(of_many_classes_are_summed_up) {
    for (int i = 0; i < 21; ++i) add("class" + std::to_string(i), i == 0 ? 5 : 10);
    BOOST_TEST(listed(open()) == "21 classes with 4 to 8 photos each to train and 1 to 2 to test\n");
}

BOOST_AUTO_TEST_CASE(what_systems_leave_is_no_class_and_no_photo) {
    add("cat", 5);
    add("dog", 5);
    for (const char* left :
         {".ipynb_checkpoints", "__MACOSX", "__MACOSX/cat", ".Trash", "@eaDir", "cat/.thumbnails", "cat/__MACOSX"})
        add(left, 2);
    write("cat/._photo0.png", "\0\5\x16\7");
    write("dog/Thumbs.db", "");
    write("dog/photo0.png:Zone.Identifier", "[ZoneTransfer]\n");
    BOOST_TEST(listed(open()) ==
               "  class   train    test\n"
               "  cat         4       1\n"
               "  dog         4       1\n");
}

BOOST_AUTO_TEST_CASE(a_folder_without_photos_is_no_class_and_told) {
    add("cat", 5);
    add("dog", 5);
    fs::create_directories(path / "emu/deeper");
    write("gnu/readme.txt", "no photo");
    write("owl/a.webp", "RIFF");
    write("cat/b.HEIC", "?");
    write("cat/c.heic", "?");
    BOOST_TEST(
        listed(open()) ==
        "  class   train    test\n"
        "  cat         4       1\n"
        "  dog         4       1\n"
        "  left out: FOLDER/cat: 2 .heic (not read: convert them to PNG or JPEG)\n"
        "  left out: FOLDER/emu: no photo in it, so it is no class\n"
        "  left out: FOLDER/gnu: no photo in it, so it is no class\n"
        "  left out: FOLDER/owl: no photo in it, but 1 .webp (not read: convert them to PNG or JPEG), so it is no "
        "class\n");
}

BOOST_DATA_TEST_CASE_F(Photos, of_every_kind_that_is_read_count,
                       bdata::make({".jpg", ".JPEG", ".jpe", ".jfif", ".PNG", ".bmp", ".TGA", ".ppm", ".pgm"}),
                       ending) {
    add("cat", 5, ending);
    add("dog", 5);
    BOOST_TEST(open().training.count() == 8);
}

BOOST_AUTO_TEST_CASE(one_class_is_nothing_to_tell_apart) {
    add("cat", 5);
    fs::create_directories(path / "dog");
    BOOST_TEST(refusal() ==
               "FOLDER: only one class has photos, cat: there is nothing to tell apart; left out: FOLDER/dog: no photo "
               "in it, so it is no class");
}

BOOST_AUTO_TEST_CASE(links_are_followed_everywhere) {
    add("real/cat/kittens", 5);
    add("real/dogs", 5);
    fs::create_directories(path / "photos/cat");
    fs::create_directory_symlink(path / "real/cat/kittens", path / "photos/cat/kittens");
    fs::create_directory_symlink(path / "real/dogs", path / "photos/dog");
    fs::create_directory_symlink(path / "photos", path / "photos/cat/kittens/above");  // a circle
    fs::create_directory_symlink(path / "nowhere", path / "photos/emu");
    BOOST_TEST(listed(open("photos"))
                   .starts_with("  class   train    test\n"
                                "  cat         "));
    BOOST_TEST(open("photos").training.class_names == (Names{"cat", "dog"}), boost::test_tools::per_element());
    fs::create_directory_symlink(path / "photos/dog", path / "photos/hound");
    BOOST_TEST(refusal("photos") == "FOLDER/photos: dog and hound are the same folder, which cannot be two classes");
}

BOOST_AUTO_TEST_CASE(without_classes_are_refused) {
    add("", 3);
    BOOST_TEST(refusal() ==
               "FOLDER: 3 photos in it, but in no folder; there must be a folder for each class, with its photos");
    write("w/cat/a.webp", "RIFF");
    BOOST_TEST(
        refusal("w") ==
        "FOLDER/w: no photos (.jpg, .png, .bmp, .tga, .ppm) in folders of it, but 1 .webp (not read: convert them to "
        "PNG or JPEG); there must be a folder for each class");
    write("n/data.npz", std::string("PK\3\4", 4) + std::string(22, '\0') + std::string("\5\0\0\0x.npy", 9));
    BOOST_TEST(refusal("n").ends_with("a folder for each class (data.npz is an archive of NumPy arrays (.npz))"));
    write("t/mnist_train.csv", "label,1x1\n5,0\n");
    BOOST_TEST(
        refusal("t").ends_with("(mnist_train.csv is a table, which is not read here: photos are, or IDX files)"));
}

BOOST_AUTO_TEST_CASE(that_are_none_are_told_at_once) {
    for (const char* kind : {"/cat", "/dog"}) add("train" + std::string(kind), 3);
    write("val/cat/a.jpg", "version https://git-lfs.github.com/spec/v1\n");
    write("val/dog/a.jpg", "<!DOCTYPE html>");
    write("val/dog/b.jpg", "");
    BOOST_TEST(
        refusal() ==
        "FOLDER/val: the photos are none: FOLDER/val/cat/a.jpg is a Git LFS pointer: git lfs pull fetches the file "
        "itself");
    add("val/dog", 1);
    BOOST_TEST(open().test.count() == 4);  // each bad one is told when it is read
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(photos_to_train_and_to_test_on, Photos)

BOOST_DATA_TEST_CASE_F(Photos, stand_apart_under_many_names,
                       bdata::make({"val", "valid", "validation", "test", "testing", "Val", "TEST"}), name) {
    for (const char* kind : {"/cat", "/dog"}) add("train" + std::string(kind), 3), add(name + std::string(kind), 1);
    const PhotoSets photos = open();
    BOOST_TEST(photos.training.count() == 6);
    BOOST_TEST(photos.test.folder == path / name);
    BOOST_TEST(photos.test.count() == 2);
}

BOOST_AUTO_TEST_CASE(val_is_taken_before_test) {
    for (const char* set : {"train", "val", "test"})
        for (const char* kind : {"/cat", "/dog"}) add(set + std::string(kind), 2);
    BOOST_TEST(open().test.folder == path / "val");
    add("val/__MACOSX/cat", 1);
    add("val/.hidden", 1);
    fs::create_directories(path / "val/empty");
    BOOST_TEST(open().test.count() == 4);
}

BOOST_AUTO_TEST_CASE(need_the_same_classes) {
    for (const char* kind : {"/cat", "/dog", "/emu"}) add("train" + std::string(kind), 2);
    for (const char* kind : {"/cat", "/dog", "/gnu"}) add("val" + std::string(kind), 2);
    fs::create_directories(path / "val/emu");
    BOOST_TEST(
        refusal() ==
        "FOLDER/train has photos of emu, FOLDER/val has none; FOLDER/val has photos of gnu, FOLDER/train has none; "
        "both need the same classes: add photos, or take the folder away");
    for (int i = 0; i < 7; ++i) add("train/x" + std::to_string(i), 1);
    BOOST_TEST(refusal().starts_with("FOLDER/train has photos of emu, x0, x1, x2, x3 and 3 more, FOLDER/val has none"));
}

BOOST_AUTO_TEST_CASE(without_one_of_the_two) {
    add("one/train/cat", 5);
    add("one/train/dog", 5);
    BOOST_TEST(open("one").test.count() == 2);
    // Kaggle's test photos, of which nobody knows the class.
    add("one/test", 3);
    BOOST_TEST(listed(open("one"))
                   .ends_with("  left out: FOLDER/one/test: no folders of classes in it; every fifth photo of "
                              "FOLDER/one/train is tested instead\n"));
    add("two/test/cat", 5);
    add("two/valid/cat", 5);
    BOOST_TEST(refusal("two") == "FOLDER/two: there is a folder valid to test on, but none called train beside it");
    add("flat/train", 5);
    add("flat/test1", 5);
    BOOST_TEST(refusal("flat").starts_with("FOLDER/flat/train: 5 photos in it, but in no folder;"));
    // A class may be called so.
    add("traffic/bus", 5);
    add("traffic/train", 5);
    BOOST_TEST(open("traffic").training.class_names == (Names{"bus", "train"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_an_archive_s_own_folder) {
    for (const char* kind : {"/cat", "/dog"})
        add("a/a/train" + std::string(kind), 3), add("a/a/val" + std::string(kind), 1);
    add("a/__MACOSX/a", 1);
    BOOST_TEST(open("a").test.folder == path / "a/a/val");
    BOOST_TEST(
        plain(listing(open("a"))).starts_with("Photos of FOLDER/a/a/train, tested on those of FOLDER/a/a/val\n"));
    add("b/photos/cat", 5);
    add("b/photos/dog", 5);
    BOOST_TEST(open("b").training.count() == 8);
    // As Food-101 and the birds of Caltech come: tables beside the images.
    write("b/meta/train.txt", "cat/photo0\n");
    write("b/classes.txt", "cat\n");
    BOOST_TEST(plain(listing(open("b"))).starts_with("Photos of FOLDER/b/photos, tested on every fifth of a class\n"));
}

BOOST_AUTO_TEST_CASE(as_tiny_imagenet_comes) {
    for (const std::string synset : {"n01443537", "n02124075"}) {
        add("train/" + synset + "/images", 3, ".JPEG");
        write("train/" + synset + "/" + synset + "_boxes.txt", "photo0.JPEG\t0\t10\t63\t58\n");
    }
    add("val/images", 3, ".JPEG");
    add("test/images", 2, ".JPEG");
    write("val/val_annotations.txt",
          "photo0.JPEG\tn02124075\t0\t32\t44\t62\r\nphoto1.JPEG\tn01443537\t1\t2\t3\t4\r\nphoto2."
          "JPEG\tn02124075\t1\t2\t3\t4\r\n");
    const PhotoSets photos = open();
    BOOST_TEST(listed(photos) ==
               "  class       train    test\n"
               "  n01443537       3       1\n"
               "  n02124075       3       2\n");
    BOOST_TEST(photos.test.files[0].path.filename() == "photo1.JPEG");
    fs::remove(path / "val/images/photo2.JPEG");
    BOOST_TEST(listed(open()).ends_with("left out: FOLDER/val: 1 photo of val_annotations.txt is not there\n"));
    write("val/val_annotations.txt", "photo0.JPEG n02124075\n");
    BOOST_TEST(refusal() ==
               "FOLDER/val/val_annotations.txt: the line \"photo0.JPEG n02124075\" should be a photo's name, a tab and "
               "its class");
}

BOOST_AUTO_TEST_CASE(share_no_photo) {
    for (const char* kind : {"/cat", "/dog"}) add("train" + std::string(kind), 3), add("val" + std::string(kind), 3);
    fs::copy_file(path / "train/cat/photo1.png", path / "val/cat/copy.png");              // the same bytes
    fs::create_symlink(path / "train/dog/photo0.png", path / "val/dog/link.png");         // the same file
    fs::create_hard_link(path / "train/dog/photo2.png", path / "val/dog/hard-link.png");  // the same, once more
    BOOST_TEST(listed(open()) ==
               "  class   train    test\n"
               "  cat         3       3\n"
               "  dog         3       3\n"
               "  left out: 3 of the photos to test on: trained on as well (FOLDER/val/cat/copy.png is "
               "FOLDER/train/cat/photo1.png)\n");
    // A folder that is split by ourselves.
    for (const char* kind : {"cat", "dog"}) add("one/" + std::string(kind), 10);
    fs::remove(path / "one/cat/photo4.png");
    fs::copy_file(path / "one/cat/photo0.png", path / "one/cat/photo4.png");
    BOOST_TEST(open("one").test.count() == 3);
    // All of them.
    for (const char* kind : {"/cat", "/dog"}) add("all/train" + std::string(kind), 3);
    fs::create_directory_symlink(path / "all/train", path / "all/val");
    BOOST_TEST(refusal("all") ==
               "FOLDER/all/val: every photo to test on is trained on as well (FOLDER/all/val/cat/photo0.png is "
               "FOLDER/all/train/cat/photo0.png): its accuracy would say nothing");
}

BOOST_AUTO_TEST_SUITE_END()
