/* A stand-in for CoreMediaIO and the three calls of CoreFoundation that camcheck makes.
 *
 * Two cameras: number 40 runs, number 41 rests and has no transport. What is asked in another way than
 * CMIOHardwareObject.h says is answered with an error. Strings count their references.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint32_t selector, scope, element; } address;
static int strings;

static int text(const char *from, uint32_t room, uint32_t *used, void *to) {
    if (room != sizeof(char *)) return -50;
    char *copy = strdup(from);
    memcpy(to, &copy, sizeof copy);
    *used = sizeof copy;
    strings++;
    return 0;
}
static int number(uint32_t value, uint32_t room, uint32_t *used, void *to) {
    if (room != 4) return -50;
    memcpy(to, &value, 4);
    *used = 4;
    return 0;
}

int32_t CMIOObjectGetPropertyData(uint32_t object, const address *a, uint32_t size, const void *qualifier,
                                  uint32_t room, uint32_t *used, void *to) {
    if (a->scope != 'glob' || a->element || size || qualifier) return -1;
    if (object == 1 && a->selector == 'dev#') {
        uint32_t devices[2] = {40, 41};
        if (room < sizeof devices) return -50;
        memcpy(to, devices, sizeof devices);
        *used = sizeof devices;
        return 0;
    }
    int first = object == 40;
    if (!first && object != 41) return 560947818; /* '!obj' */
    switch (a->selector) {
        case 'uid ': return text(first ? "UID-40" : "UID-41", room, used, to);
        case 'lnam': return text(first ? "Caméra FaceTime ✓" : "Desk View", room, used, to);
        case 'muid': return text(first ? "UVC Camera VendorID_1133 ProductID_2085" : "x", room, used, to);
        case 'gone': return number(first, room, used, to);
        case 'tran': return first ? number('usb ', room, used, to) : 2003332927; /* 'who?' */
    }
    return 2003332927;
}

unsigned char CFStringGetCString(const char *from, char *to, long room, uint32_t encoding) {
    if (encoding != 0x08000100 || (long)strlen(from) >= room) return 0;
    strcpy(to, from);
    return 1;
}
void CFRelease(void *string) { free(string); strings--; }
int Outstanding(void) { return strings; }
