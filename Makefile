# Thin names for `python3 -m dev <command>`; see `python3 -m dev help`.
DEV = python3 -m dev

.PHONY: help demo demo-reset demo-expire pictures test test-apps test-native test-everything e2e lint shell bench dist i18n clean

help:
	@$(DEV) help

demo demo-reset demo-expire pictures lint shell bench dist i18n clean:
	@$(DEV) $@ $(ARGS)

# make test TAGS=/finance_portal:TestLink ARGS=--fast
test:
	@$(DEV) test $(if $(TAGS),--tags $(TAGS)) $(ARGS)

# make test-apps ARGS="--only odoo"
test-apps:
	@$(DEV) test-apps $(ARGS)

test-native:
	@$(DEV) test-native $(ARGS)

# make test-everything ARGS="--only stories --order addon-last"
test-everything:
	@$(DEV) test-everything $(ARGS)

# make e2e ARGS="-k link -x"
e2e:
	@$(DEV) e2e $(ARGS)
