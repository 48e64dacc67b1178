//! What runs where: the services of every product and how much of the bill they are.

use super::catalogue::{PREVIEW_ACCOUNT, SHARED_ACCOUNT};

/// How a service's cost follows the week, in parts per million of a working day.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Saturday.
    pub(super) saturday: i64,
    /// Sunday.
    pub(super) sunday: i64,
}

/// Follows the patients: clinics open on some Saturdays and few Sundays.
const TRAFFIC: Shape = Shape { saturday: 790_000, sunday: 640_000 };
/// Scales with them, but not down to nothing.
const SCALED: Shape = Shape { saturday: 900_000, sunday: 850_000 };
/// Runs whether somebody comes or not.
const FIXED: Shape = Shape { saturday: 1_000_000, sunday: 1_000_000 };
/// Batches: fewer on Sunday.
const BATCH: Shape = Shape { saturday: 970_000, sunday: 880_000 };

/// One service of a product.
#[derive(Clone, Copy)]
pub(super) struct Service {
    /// As the bill names it.
    pub(super) name: &'static str,
    /// How it follows the week.
    pub(super) shape: Shape,
    /// Yen from Monday to Saturday in production, before the product is scaled to its month.
    pub(super) production: i64,
    /// The same in staging.
    pub(super) staging: i64,
    /// What the story's week does to production, in parts per million.
    pub(super) production_change: i64,
    /// … and to staging.
    pub(super) staging_change: i64,
    /// Whether the story's week does it on Tuesday and Wednesday only, so that these days stand out.
    pub(super) surge: bool,
    /// Whether a savings plan covers a part of it.
    pub(super) covered: bool,
}

const fn service(name: &'static str, shape: Shape, production: i64, staging: i64) -> Service {
    let (production_change, staging_change) = (1_000_000, 1_000_000);
    Service {
        name,
        shape,
        production,
        staging,
        production_change,
        staging_change,
        surge: false,
        covered: false,
    }
}

impl Service {
    /// The same with a change in the story's week.
    const fn changed(mut self, production: i64, staging: i64) -> Self {
        self.production_change = production;
        self.staging_change = staging;
        self
    }

    /// The same with the change on two days only.
    const fn surging(mut self) -> Self {
        self.surge = true;
        self
    }

    /// The same with a savings plan.
    const fn covered(mut self) -> Self {
        self.covered = true;
        self
    }
}

/// What a product runs, and how fast it grows.
pub(super) struct Workload {
    /// The product.
    pub(super) product: &'static str,
    /// Growth per week in parts per million.
    pub(super) drift: i64,
    /// How much its weeks differ from each other, give or take, in parts per million.
    pub(super) wander: i64,
    /// Its services.
    pub(super) services: &'static [Service],
}

/// All products' workloads.
pub(super) const WORKLOADS: [Workload; 8] = [
    Workload {
        product: "telemed",
        drift: 1_600,
        wander: 50_000,
        services: &[
            service("Chime SDK", TRAFFIC, 764_000, 23_800).changed(1_085_000, 1_000_000),
            service("ECS", SCALED, 556_000, 62_500).covered(),
            service("Aurora", FIXED, 444_000, 49_600),
            service("CloudFront", TRAFFIC, 196_000, 0),
            service("S3", FIXED, 129_000, 6_900),
            service("ElastiCache", FIXED, 102_000, 11_800),
            service("CloudWatch", SCALED, 41_000, 5_000),
            service("NAT Gateway", TRAFFIC, 34_000, 4_000),
            service("Lambda", TRAFFIC, 17_000, 1_000),
            service("Secrets Manager", FIXED, 12_000, 1_400),
        ],
    },
    Workload {
        product: "data",
        drift: 2_400,
        wander: 80_000,
        services: &[
            service("Redshift", BATCH, 655_000, 50_600).changed(1_475_000, 1_000_000).surging(),
            service("Glue", BATCH, 340_000, 36_700).changed(1_195_000, 1_000_000),
            service("S3", FIXED, 384_000, 18_000),
            service("Athena", BATCH, 112_000, 6_000),
            service("Kinesis", TRAFFIC, 96_000, 8_000),
            service("MWAA", FIXED, 77_000, 19_000),
            service("CloudWatch", SCALED, 38_000, 4_000),
            service("NAT Gateway", SCALED, 33_500, 4_000),
            service("Lambda", BATCH, 29_000, 2_000),
        ],
    },
    Workload {
        product: "erx",
        drift: 900,
        wander: 25_000,
        services: &[
            service("ECS", SCALED, 312_000, 40_000).covered(),
            service("Aurora", FIXED, 294_000, 37_000),
            service("CloudHSM", FIXED, 178_000, 36_000),
            service("S3", FIXED, 58_000, 3_000),
            service("ElastiCache", FIXED, 52_000, 6_000),
            service("CloudFront", TRAFFIC, 46_000, 0),
            service("CloudWatch", SCALED, 39_000, 5_000),
            service("NAT Gateway", TRAFFIC, 34_000, 4_000),
        ],
    },
    Workload {
        product: "insurance",
        drift: 1_200,
        wander: 10_000,
        services: &[
            service("ECS", SCALED, 112_000, 14_000).covered(),
            service("Aurora", FIXED, 104_000, 14_000),
            service("Lambda", TRAFFIC, 32_000, 2_000),
            service("API Gateway", TRAFFIC, 28_000, 1_000),
            service("CloudWatch", SCALED, 17_000, 2_000),
            service("NAT Gateway", TRAFFIC, 16_700, 2_000),
            service("S3", FIXED, 15_000, 1_000),
        ],
    },
    Workload {
        product: "booking",
        drift: 800,
        wander: 12_000,
        services: &[
            service("ECS", SCALED, 190_000, 24_000).covered(),
            service("Aurora", FIXED, 156_000, 20_000),
            service("OpenSearch", FIXED, 104_000, 17_000),
            service("ElastiCache", FIXED, 47_000, 5_000),
            service("CloudFront", TRAFFIC, 34_000, 0),
            service("CloudWatch", SCALED, 21_000, 3_000),
            service("NAT Gateway", TRAFFIC, 19_300, 2_000),
        ],
    },
    Workload {
        product: "payments",
        drift: 700,
        wander: 8_000,
        services: &[
            service("ECS", SCALED, 152_000, 19_000).covered(),
            service("Aurora", FIXED, 141_000, 17_000),
            service("CloudWatch", SCALED, 31_000, 4_000),
            service("Lambda", TRAFFIC, 29_000, 2_000),
            service("NAT Gateway", TRAFFIC, 28_600, 3_000),
            service("WAF", TRAFFIC, 27_000, 1_000),
            service("KMS", SCALED, 20_000, 2_000),
            service("SQS", TRAFFIC, 13_000, 1_000),
        ],
    },
    Workload {
        product: "trials",
        drift: 300,
        wander: 5_000,
        services: &[
            service("RDS", FIXED, 265_000, 152_700).changed(1_000_000, 62_000),
            service("ECS", FIXED, 136_000, 32_000),
            service("S3", FIXED, 88_000, 6_000),
            service("Backup", FIXED, 57_000, 4_000),
            service("CloudWatch", FIXED, 33_000, 6_000),
            service("NAT Gateway", SCALED, 31_700, 6_000),
            service("Lambda", SCALED, 24_000, 2_000),
        ],
    },
    Workload {
        product: "platform",
        drift: 1_000,
        wander: 10_000,
        services: &[
            service("NAT Gateway", TRAFFIC, 282_000, 31_300).changed(1_158_000, 1_000_000),
            service("EKS", SCALED, 232_000, 32_000).covered(),
            service("CloudWatch", SCALED, 201_000, 22_000).changed(808_000, 1_000_000),
            service("Transit Gateway", TRAFFIC, 96_000, 0),
            service("VPN", FIXED, 41_000, 0),
            service("S3", FIXED, 33_000, 3_000),
            service("ECR", FIXED, 28_000, 3_000),
            service("Route 53", TRAFFIC, 24_000, 0),
        ],
    },
];

/// One line of the bill that no product's own account carries.
pub(super) struct LooseLine {
    /// The account's id.
    pub(super) account: &'static str,
    /// Its name on the bill.
    pub(super) account_name: &'static str,
    /// The product that a rule gives it to.
    pub(super) product: Option<&'static str>,
    /// The value of the tag `team`.
    pub(super) team: Option<&'static str>,
    /// The service; only `production` and `production_change` count.
    pub(super) service: Service,
}

const fn shared(service: Service) -> LooseLine {
    LooseLine { account: SHARED_ACCOUNT, account_name: "shared-services", product: None, team: None, service }
}

const fn unknown(account: &'static str, account_name: &'static str, service: Service) -> LooseLine {
    LooseLine { account, account_name, product: None, team: None, service }
}

/// Throw-away environments of a product, one a pull request.
const fn preview(service: Service) -> LooseLine {
    LooseLine {
        account: PREVIEW_ACCOUNT,
        account_name: "booking-preview",
        product: Some("booking"),
        team: None,
        service,
    }
}

/// Security tooling, runners of the platform team, previews of pull requests, and two accounts nobody has claimed.
pub(super) const LOOSE_LINES: [LooseLine; 12] = [
    shared(service("GuardDuty", SCALED, 92_000, 0)),
    shared(service("Config", FIXED, 64_000, 0)),
    shared(service("Security Hub", FIXED, 58_000, 0)),
    shared(service("CloudTrail", TRAFFIC, 46_000, 0)),
    LooseLine {
        product: Some("platform"),
        team: Some("platform"),
        ..shared(service("EC2", BATCH, 52_000, 0))
    },
    LooseLine { product: Some("platform"), team: Some("platform"), ..shared(service("S3", FIXED, 9_000, 0)) },
    preview(service("ECS", BATCH, 17_000, 0)),
    preview(service("Aurora", BATCH, 9_000, 0)),
    unknown(
        "718204665930",
        "ml-sandbox",
        service("SageMaker", BATCH, 5_900, 0).changed(4_600_000, 1_000_000),
    ),
    unknown("718204665930", "ml-sandbox", service("S3", FIXED, 2_600, 0).changed(1_900_000, 1_000_000)),
    unknown("655730918442", "hackathon-2025", service("EC2", FIXED, 4_700, 0)),
    unknown("655730918442", "hackathon-2025", service("EBS", FIXED, 1_900, 0)),
];

/// A fee of a month's first day in the shared account, in millionths of a dollar.
pub(super) struct Fee {
    /// As the bill names it.
    pub(super) service: &'static str,
    /// Negative for a credit.
    pub(super) micros: i64,
}

/// What the first of a month brings.
pub(super) const FEES: [Fee; 2] = [
    Fee { service: "AWS Support (Business)", micros: 1_184_000_000 },
    Fee { service: "AWS Credits", micros: -62_500_000 },
];
