# What Teirei may do at AWS: read the bill, the list of accounts, and, if it is given, a bucket with exports.
# Applied in the organisation's management account, or in one that Organizations has delegated billing to.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "trusted_role_arn" {
  description = "The role that the machine of Teirei runs with; it may take on the role made here."
  type        = string
  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", var.trusted_role_arn))
    error_message = "The ARN of a role, such as arn:aws:iam::123456789012:role/teirei."
  }
}

variable "external_id" {
  description = "A secret word that both sides know; name it as external_id in teirei.toml."
  type        = string
  sensitive   = true
  validation {
    condition     = length(var.external_id) >= 16
    error_message = "At least 16 characters."
  }
}

variable "export_bucket" {
  description = "The bucket with FOCUS exports; empty where none are read."
  type        = string
  default     = ""
}

variable "export_prefix" {
  description = "The folder of the exports in it, without a slash at its end."
  type        = string
  default     = ""
}

variable "billing_view_accounts" {
  description = "The accounts of a billing view, so that only their cost can be read; empty where none is made."
  type        = list(string)
  default     = []
}

data "aws_billing_views" "primary" {
  count              = length(var.billing_view_accounts) == 0 ? 0 : 1
  billing_view_types = ["PRIMARY"]
}

# Share it by AWS RAM with the account of Teirei, whose own role then needs ce:GetCostAndUsage on this view only.
resource "aws_billing_view" "teirei" {
  count        = length(var.billing_view_accounts) == 0 ? 0 : 1
  name         = "teirei"
  description  = "What Teirei may read of the bill"
  source_views = [data.aws_billing_views.primary[0].billing_views[0].arn]

  data_filter_expression {
    dimensions {
      key    = "LINKED_ACCOUNT"
      values = var.billing_view_accounts
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.trusted_role_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}

# None of these actions knows resources of its own, so that "*" is the narrowest there is.
data "aws_iam_policy_document" "bill" {
  statement {
    sid = "ReadTheBill"
    actions = [
      "ce:GetAnomalies",
      "ce:GetCostAndUsage",
      "ce:ListCostAllocationTags",
      "organizations:DescribeOrganizationalUnit",
      "organizations:ListAccounts",
      "organizations:ListTagsForResource",
    ]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "exports" {
  count = var.export_bucket == "" ? 0 : 1

  statement {
    sid       = "ListTheExports"
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::${var.export_bucket}"]
    dynamic "condition" {
      for_each = var.export_prefix == "" ? [] : [var.export_prefix]
      content {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["${condition.value}/*"]
      }
    }
  }

  statement {
    sid     = "ReadTheExports"
    actions = ["s3:GetObject"]
    resources = [
      var.export_prefix == "" ? "arn:aws:s3:::${var.export_bucket}/*" : "arn:aws:s3:::${var.export_bucket}/${var.export_prefix}/*"
    ]
  }
}

resource "aws_iam_role" "teirei" {
  name                 = "teirei-reader"
  description          = "Teirei reads what the cloud cost"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "bill" {
  name   = "read-the-bill"
  role   = aws_iam_role.teirei.id
  policy = data.aws_iam_policy_document.bill.json
}

resource "aws_iam_role_policy" "exports" {
  count  = var.export_bucket == "" ? 0 : 1
  name   = "read-the-exports"
  role   = aws_iam_role.teirei.id
  policy = data.aws_iam_policy_document.exports[0].json
}

output "role_arn" {
  description = "Name it as role_arn in [sources.aws] of teirei.toml."
  value       = aws_iam_role.teirei.arn
}

output "billing_view_arn" {
  description = "Name it as billing_view_arn in [sources.aws] of teirei.toml, with organizations = \"off\"."
  value       = one(aws_billing_view.teirei[*].arn)
}
