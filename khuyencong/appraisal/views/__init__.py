"""The pages of the appraisal, along what they are about."""
