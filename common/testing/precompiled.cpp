// Nothing: a source that CMake builds the precompiled headers for, since main.cpp must not use them.
