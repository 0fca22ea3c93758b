// SPDX-License-Identifier: GPL-2.0
/*
 * A camera privacy light as laptops with a MIPI sensor have it: an LED class device whose
 * brightness only the kernel sets (user space gets EBUSY).
 *
 *   insmod camlab_led.ko [name=OVTI01A0_00::privacy_led] [parent=1-1]
 * With parent, the light belongs to that USB device, as a camera's own light would.
 *   echo 1 >/sys/module/camlab_led/parameters/lit     "the driver" lights it
 */
#include <linux/leds.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/usb.h>

static char *name = "OVTI01A0_00::privacy_led";
module_param(name, charp, 0444);

static char *parent;
module_param(parent, charp, 0444);

static struct platform_device *platform;
static struct usb_device *device;
static struct led_classdev light;
static bool registered;
static bool lit;

static void set_brightness(struct led_classdev *led, enum led_brightness value)
{
}

static int set_lit(const char *text, const struct kernel_param *parameter)
{
	int error = param_set_bool(text, parameter);

	if (!error && registered)
		led_set_brightness(&light, lit ? 1 : 0);
	return error;
}

static const struct kernel_param_ops lit_ops = {
	.set = set_lit,
	.get = param_get_bool,
};
module_param_cb(lit, &lit_ops, &lit, 0644);

static int is_parent(struct usb_device *candidate, void *unused)
{
	if (strcmp(dev_name(&candidate->dev), parent))
		return 0;
	device = usb_get_dev(candidate);
	return 1;
}

static int __init camlab_led_init(void)
{
	int error;

	platform = platform_device_register_simple("camlab_led", -1, NULL, 0);
	if (IS_ERR(platform))
		return PTR_ERR(platform);
	light.name = name;
	light.max_brightness = 1;
	light.brightness_set = set_brightness;
	light.brightness = lit;
	if (parent)
		usb_for_each_dev(NULL, is_parent);
	error = led_classdev_register(device ? &device->dev : &platform->dev, &light);
	if (error) {
		usb_put_dev(device);
		platform_device_unregister(platform);
		return error;
	}
	mutex_lock(&light.led_access);
	led_sysfs_disable(&light);
	mutex_unlock(&light.led_access);
	registered = true;
	return 0;
}

static void __exit camlab_led_exit(void)
{
	registered = false;
	led_classdev_unregister(&light);
	usb_put_dev(device);
	platform_device_unregister(platform);
}

module_init(camlab_led_init);
module_exit(camlab_led_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("camera lab: a privacy light");
