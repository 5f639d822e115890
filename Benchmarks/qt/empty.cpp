// A program that only makes its application object.
#include <QCoreApplication>

int main(int count, char **arguments) { QCoreApplication application(count, arguments); }
